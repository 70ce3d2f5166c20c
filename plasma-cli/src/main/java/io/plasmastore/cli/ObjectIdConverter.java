package io.plasmastore.cli;

import io.plasmastore.ObjectId;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Ids as a user writes them: 40 hex digits, or {@code name:} and a name. */
final class ObjectIdConverter implements ITypeConverter<ObjectId> {
  /**
   * Several at once. picocli's own conversion would end a list at the first that is no id, and call
   * that one unmatched.
   *
   * @throws UsageException naming the first that is no id
   */
  static List<ObjectId> all(List<String> texts) {
    try {
      return texts.stream().map(ObjectId::parse).toList();
    } catch (IllegalArgumentException e) {
      throw new UsageException(e);
    }
  }

  @Override
  public ObjectId convert(String text) {
    try {
      return ObjectId.parse(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
