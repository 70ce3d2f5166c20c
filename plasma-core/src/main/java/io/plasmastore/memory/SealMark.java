package io.plasmastore.memory;

/**
 * That an object is sealed, and how its extent is divided, as its writer says in {@link SealMarks}.
 *
 * @param generation the slot's since the create
 * @param dataSize bytes of data, no more than were created
 * @param metadataSize bytes of metadata, right behind the data
 * @param nameSize bytes of the name in UTF-8, right behind the metadata
 */
public record SealMark(long generation, long dataSize, int metadataSize, int nameSize) {
  /**
   * Whether its sizes make sense.
   *
   * @param offset of the object's data in the heap
   * @param heapSize bytes of the heap
   * @return true if an object can lie there so
   */
  public boolean fits(long offset, long heapSize) {
    return SlotRules.extentFault(offset, dataSize, metadataSize, nameSize, heapSize) == null;
  }

  /**
   * The length of all of it.
   *
   * @return bytes of data, metadata and name
   */
  public long extentSize() {
    return dataSize + metadataSize + nameSize;
  }
}
