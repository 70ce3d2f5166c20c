package io.plasmastore.protocol;

/**
 * What a further lane shows to prove that it belongs to a session: 128 random bits, given out in
 * {@link Reply.Welcome}. Not printed, so that no log gives it away.
 *
 * @param first 64 of the bits
 * @param second the other 64
 */
public record SessionToken(long first, long second) {
  @Override
  public String toString() {
    return "SessionToken[hidden]";
  }
}
