package io.plasmastore.cli;

import io.plasmastore.ObjectId;

/** Names as a user writes them. */
final class NameCheck {
  private NameCheck() {}

  /**
   * The name.
   *
   * @throws UsageException if it is none
   */
  static String checked(String name) {
    try {
      var unused = ObjectId.named(name);
      return name;
    } catch (IllegalArgumentException e) {
      throw new UsageException(e);
    }
  }
}
