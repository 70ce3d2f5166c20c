package io.plasmastore.cli;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.plasmastore.ObjectId;
import io.plasmastore.SealedObject;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A name and what it is bound to, which the store keeps as an object of its own.
 *
 * @param name what is bound
 * @param target what to
 */
record Binding(String name, ObjectId target) {
  /** What an object says, if it is a binding. */
  static Optional<Binding> of(SealedObject object) {
    if (object.size() != ObjectId.SIZE) {
      return Optional.empty();
    }
    String metadata = new String(object.metadata().toArray(JAVA_BYTE), StandardCharsets.UTF_8);
    if (!metadata.startsWith(ObjectId.BINDING_TYPE)) {
      return Optional.empty();
    }
    String name = metadata.substring(ObjectId.BINDING_TYPE.length());
    return Optional.of(new Binding(name, ObjectId.copyFrom(object.data(), 0)));
  }

  /** Such as {@code latest -> 00…}. */
  String text() {
    return ProcessText.oneLine(name) + " -> " + target.toHex();
  }
}
