package io.plasmastore.protocol;

import com.google.flatbuffers.FlatBufferBuilder;
import io.plasmastore.ObjectId;
import io.plasmastore.protocol.flat.Id;
import io.plasmastore.protocol.flat.Token;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes what tables of many types have in common; one for each {@link MessageWriter}. */
final class FieldWriter {
  /** Stands for a field that is left out. */
  static final int ABSENT = 0;

  private static final ValueLayout.OfInt WORD =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final FlatBufferBuilder builder;
  private final MemorySegment id = MemorySegment.ofArray(new byte[ObjectId.SIZE]);

  FieldWriter(FlatBufferBuilder builder) {
    this.builder = builder;
  }

  int name(@Nullable String name) {
    return name == null ? ABSENT : builder.createString(name);
  }

  int bytes(ByteBuffer bytes) {
    // The builder moves the position of what it copies from.
    return bytes.hasRemaining() ? builder.createByteVector(bytes.duplicate()) : ABSENT;
  }

  int id(ObjectId objectId) {
    objectId.copyTo(id, 0);
    return Id.createId(
        builder,
        id.get(WORD, 0),
        id.get(WORD, 4),
        id.get(WORD, 8),
        id.get(WORD, 12),
        id.get(WORD, 16));
  }

  int ids(List<ObjectId> ids) {
    builder.startVector(ObjectId.SIZE, ids.size(), Integer.BYTES);
    // Vectors are built from their end.
    for (ObjectId objectId : ids.reversed()) {
      id(objectId);
    }
    return builder.endVector();
  }

  int token(SessionToken token) {
    return Token.createToken(builder, token.first(), token.second());
  }
}
