package io.plasmastore.arrow;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.ipc.message.ArrowBlock;
import org.jspecify.annotations.Nullable;

/**
 * Writes dataframes one after the other as one Arrow IPC file or stream, where they are too many to
 * be held at a time: each is needed only while it is appended. {@link ArrowOutput} writes what is
 * held together. What was written is complete when {@link #finish} returns. One thread; owns
 * neither the channel nor the dataframes.
 */
public final class ArrowAppender {
  private final WritableByteChannel out;
  private final boolean file;
  private final SchemaCache schemas = new SchemaCache();
  private final List<ArrowBlock> dictionaryBlocks = new ArrayList<>();
  private final List<ArrowBlock> batchBlocks = new ArrayList<>();
  private @Nullable First first;
  private long offset;

  /** What stays of the first dataframe: a copy of its schema. */
  private record First(StreamIndex stream, MemorySegment schemaMetadata, boolean dictionaries) {}

  private ArrowAppender(WritableByteChannel out, boolean file) {
    this.out = out;
    this.file = file;
  }

  /**
   * Begins an Arrow IPC file.
   *
   * @param out where to write, from where it stands; stays open
   * @return the appender; nothing is written yet
   */
  public static ArrowAppender ofFile(WritableByteChannel out) {
    return new ArrowAppender(out, true);
  }

  /**
   * Begins an Arrow IPC stream.
   *
   * @param out where to write; stays open
   * @return the appender; nothing is written yet
   */
  public static ArrowAppender ofStream(WritableByteChannel out) {
    return new ArrowAppender(out, false);
  }

  /**
   * Appends a dataframe.
   *
   * @param dataframe the bytes of an object, as {@link io.plasmastore.SealedObject#data()} gives
   *     them; not needed any more when this returns
   * @throws IOException if it can't be written
   * @throws IllegalArgumentException if its schema differs from the first one's
   * @throws InvalidArrowDataException if it is not an Arrow stream
   * @throws UnsupportedOperationException if it is not the only one and has dictionaries, or, in a
   *     file, if a dictionary is replaced between batches or another producer did not align the
   *     batches to 8 bytes
   */
  public void append(MemorySegment dataframe) throws IOException {
    StreamIndex stream = StreamIndex.ofObject(dataframe, schemas);
    boolean dictionaries = !stream.dictionaries().positions().isEmpty();
    if (first == null) {
      if (file) {
        ArrowOutput.requireLastingDictionaries(List.of(stream));
      }
      begin(stream, dictionaries);
    } else {
      if (dictionaries || first.dictionaries()) {
        throw new UnsupportedOperationException(
            "several dataframes with dictionaries can't be written as one");
      }
      ArrowOutput.requireSameSchema(first.stream(), stream);
    }
    if (file) {
      long shift = offset - stream.schemaEndOffset();
      stream
          .dictionaries()
          .positions()
          .forEach(at -> dictionaryBlocks.add(ArrowOutput.block(at, shift)));
      stream.batches().forEach(at -> batchBlocks.add(ArrowOutput.block(at, shift)));
      offset += ArrowOutput.batches(stream).byteSize();
      ArrowOutput.write(ArrowOutput.batches(stream), out);
    } else {
      ArrowOutput.writeBatches(stream, out);
    }
  }

  /**
   * Writes what stands behind the last dataframe.
   *
   * @throws IOException if it can't be written
   * @throws IllegalStateException if nothing was appended
   */
  public void finish() throws IOException {
    if (first == null) {
      throw new IllegalStateException("no dataframe was appended");
    }
    ArrowOutput.write(ArrowOutput.endOfStream().flip(), out);
    if (file) {
      ArrowOutput.write(FileLayout.end(first.schemaMetadata(), dictionaryBlocks, batchBlocks), out);
    }
  }

  private void begin(StreamIndex stream, boolean dictionaries) throws IOException {
    MemorySegment schema =
        MemorySegment.ofArray(
            stream.schemaMetadata().toArray(java.lang.foreign.ValueLayout.JAVA_BYTE));
    first = new First(stream, schema, dictionaries);
    if (file) {
      ByteBuffer begin = ArrowOutput.beginOfFile(stream);
      offset = begin.capacity();
      ArrowOutput.write(begin.clear(), out);
      return;
    }
    ArrowOutput.write(stream.schemaMessage(), out);
  }
}
