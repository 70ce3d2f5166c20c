package io.plasmastore;

import io.plasmastore.memory.ObjectIndex;
import io.plasmastore.memory.SlotState;
import io.plasmastore.protocol.Reply;
import io.plasmastore.protocol.Request;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The reading half of a client: looks into shared memory first, and asks the store only for what
 * that doesn't show. {@link PlasmaClient} says what each call promises. From any thread.
 */
final class ObjectReads {
  private final ObjectIndex index;
  private final Asker asker;
  private final Pins pins;

  ObjectReads(ObjectIndex index, Asker asker, Pins pins) {
    this.index = index;
    this.asker = asker;
    this.pins = pins;
  }

  SealedObject get(ObjectId id) {
    SealedObject object = getIfPresent(id);
    if (object != null) {
      return object;
    }
    throw guarded(() -> shows(id, SlotState.CREATED))
        ? new PlasmaException(
            ErrorCode.OBJECT_NOT_SEALED, "object is still being written: id=" + id)
        : new PlasmaException(ErrorCode.OBJECT_NOT_FOUND, "no such object: id=" + id);
  }

  @Nullable SealedObject getIfPresent(ObjectId id) {
    SealedObject object = pins.pin(id);
    while (object == null) {
      Reply.Got got = asker.ask(Reply.Got.class, new Request.Get(List.of(id), 0));
      Reply.Got.Entry entry = got.entries().getFirst();
      if (!entry.isSealed()) {
        return null;
      }
      // It may be deleted between the store's answer and our pin: ask again.
      object = pins.pin(id, entry.slot());
    }
    return object;
  }

  SealedObject get(ObjectId id, Duration timeout) throws InterruptedException {
    SealedObject object = pins.pin(id);
    if (object == null) {
      object = getAll(List.of(id), timeout).getFirst();
    }
    if (object == null) {
      throw new PlasmaException(
          ErrorCode.TIMED_OUT,
          "object was not sealed in time: id=" + id + " timeoutMillis=" + timeout.toMillis());
    }
    return object;
  }

  List<@Nullable SealedObject> getAll(List<ObjectId> ids, Duration timeout)
      throws InterruptedException {
    checkOpen();
    BatchGet batch = new BatchGet(asker, pins, ids, timeout);
    boolean completed = false;
    try {
      batch.run();
      completed = true;
      return batch.objects();
    } finally {
      if (!completed) {
        batch.release();
      }
    }
  }

  boolean contains(ObjectId id) {
    return guarded(() -> shows(id, SlotState.SEALED) || pins.isMarked(id))
        || asker.ask(Reply.Answer.class, new Request.Contains(id)).value();
  }

  void refresh(List<ObjectId> ids) {
    for (ObjectId id : ids) {
      SealedObject object = pins.pin(id);
      if (object != null) {
        object.close();
      }
    }
  }

  @Nullable ObjectId resolve(String name) {
    SealedObject binding = getIfPresent(ObjectId.ofBinding(name));
    if (binding == null) {
      return null;
    }
    try (binding) {
      return ObjectId.copyFrom(binding.data(), 0);
    }
  }

  StoreStats stats() {
    return guarded(
        () -> {
          checkOpen();
          return StoreListing.stats(index::counter);
        });
  }

  private boolean shows(ObjectId id, int state) {
    checkOpen();
    int slot = index.find(id);
    return slot != ObjectIndex.NOT_FOUND
        && SlotState.state(index.word(slot)) == state
        && index.holds(slot, id);
  }

  private void checkOpen() {
    if (asker.isClosed()) {
      throw Asker.clientClosed();
    }
  }

  private <T> T guarded(Supplier<T> read) {
    try {
      return read.get();
    } catch (IllegalStateException e) {
      throw asker.closedOr(e);
    }
  }
}
