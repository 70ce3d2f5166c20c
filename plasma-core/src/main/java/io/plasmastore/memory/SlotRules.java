package io.plasmastore.memory;

import org.jspecify.annotations.Nullable;

/** What holds for the fields of every slot that has an object. */
public final class SlotRules {
  /** The metadata of an object, in bytes. */
  private static final int MAX_METADATA = 64 << 10;

  private SlotRules() {}

  /**
   * Whether an object can lie where its slot says.
   *
   * @param offset of its data in the heap
   * @param dataSize bytes of data
   * @param metadataSize bytes of metadata
   * @param nameSize bytes of the name
   * @param heapSize bytes of the heap
   * @return what is wrong, with the numbers; or null if nothing is
   */
  public static @Nullable String extentFault(
      long offset, long dataSize, int metadataSize, int nameSize, long heapSize) {
    String fault = null;
    if (metadataSize < 0 || metadataSize > MAX_METADATA) {
      fault = "metadata of an impossible size";
    } else if (dataSize < 0 || dataSize > heapSize || offset < 0 || offset > heapSize) {
      fault = "outside of the heap";
    } else if (offset % ExtentAllocator.ALIGNMENT != 0) {
      fault = "not aligned to " + ExtentAllocator.ALIGNMENT;
    } else if (offset > heapSize - ExtentAllocator.roundUp(dataSize + metadataSize + nameSize)) {
      fault = "outside of the heap";
    }
    return fault == null
        ? null
        : "%s: offset=%d size=%d metadata=%d name=%d heap=%d"
            .formatted(fault, offset, dataSize, metadataSize, nameSize, heapSize);
  }
}
