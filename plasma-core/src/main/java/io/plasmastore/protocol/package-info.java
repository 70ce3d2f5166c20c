/**
 * The messages between a client and its store, and the frames that carry them.
 *
 * <p>{@link io.plasmastore.protocol.Request} and {@link io.plasmastore.protocol.Reply} hold every
 * message as a record: to read those two files is to know the protocol. {@link
 * io.plasmastore.protocol.MessageWriter} turns a message into one frame, {@link
 * io.plasmastore.protocol.MessageReader} turns the frame's FlatBuffers table back into the message.
 * {@link io.plasmastore.protocol.FrameHeader} owns the sixteen bytes in front of each table.
 *
 * <p>Two rules hold everywhere. A message that exists is valid: the records check themselves, so
 * neither side can send or see a negative size or a name over its limit. And nothing that comes
 * from the socket is trusted: whatever its bytes are, a frame ends as a valid message or as a
 * {@link io.plasmastore.protocol.MalformedFrameException}, and costs no more memory than the
 * largest valid message of its type.
 *
 * <p>The package knows nothing of sockets, descriptors or shared memory. Messages are immutable;
 * those that carry bytes show them through a {@link java.nio.ByteBuffer} whose lifetime the record
 * states. docs/protocol.md tells the same story in prose.
 */
@NullMarked
package io.plasmastore.protocol;

import org.jspecify.annotations.NullMarked;
