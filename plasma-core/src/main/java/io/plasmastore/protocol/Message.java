package io.plasmastore.protocol;

/** Whatever a frame carries: a client's {@link Request} or the store's {@link Reply}. */
public sealed interface Message permits Request, Reply {
  /** The type, whose number goes into the frame's header. */
  MessageType type();
}
