package io.plasmastore.cli;

import io.plasmastore.ObjectId;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Ids as a user writes them: 40 hex digits, or {@code name:} and a name. */
final class ObjectIdConverter implements ITypeConverter<ObjectId> {
  @Override
  public ObjectId convert(String text) {
    try {
      return ObjectId.parse(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
