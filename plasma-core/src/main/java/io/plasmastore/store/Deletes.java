package io.plasmastore.store;

import io.plasmastore.ErrorCode;
import io.plasmastore.ObjectId;
import io.plasmastore.memory.ObjectIndex;
import io.plasmastore.memory.SlotState;
import io.plasmastore.protocol.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The requests that delete objects. One that is in memory alone is gone at once. One that has files
 * is there until they are removed, and only then gone, for everybody and in one step: it must not
 * be seen to be gone and come back with the next store. The core's, on the event loop.
 */
final class Deletes {
  private final ObjectTable objects;
  private final Spill spill;
  private final ObjectTable.Listener listener;
  private final StoreReports reports;
  private final Runnable freed;

  /**
   * Nothing is being deleted.
   *
   * @param freed runs when memory became free later than its request
   */
  Deletes(
      ObjectTable objects,
      Spill spill,
      ObjectTable.Listener listener,
      StoreReports reports,
      Runnable freed) {
    this.objects = objects;
    this.spill = spill;
    this.listener = listener;
    this.reports = reports;
    this.freed = freed;
  }

  /**
   * Deletes objects.
   *
   * @param caller gets the one reply, now or later
   * @return what to run when the caller is gone before its reply
   */
  Runnable delete(List<ObjectId> ids, Consumer<Reply> caller) {
    DeleteUnderWay delete = new DeleteUnderWay(caller);
    for (ObjectId id : ids) {
      delete.add(id);
    }
    delete.answerIfDone();
    return delete::cancel;
  }

  /** One request. */
  private final class DeleteUnderWay {
    private final Consumer<Reply> caller;
    private final List<Integer> codes = new ArrayList<>();
    private int pending;
    private boolean cancelled;

    DeleteUnderWay(Consumer<Reply> caller) {
      this.caller = caller;
    }

    void add(ObjectId id) {
      int position = codes.size();
      codes.add(Reply.Outcomes.DONE);
      int slot = objects.find(id);
      if (slot == ObjectIndex.NOT_FOUND) {
        addOnDisk(id, position);
      } else if (objects.state(slot) == SlotState.CREATED) {
        codes.set(position, ErrorCode.OBJECT_NOT_SEALED.code());
      } else {
        addInMemory(id, slot, position);
      }
    }

    private void addOnDisk(ObjectId id, int position) {
      SpillCopy copy = spill.copies().spilled(id);
      if (copy == null) {
        codes.set(position, ErrorCode.OBJECT_NOT_FOUND.code());
      }
      // Another request may be removing it: then this one, too, waits until it is gone.
      Runnable gone = copy == null ? () -> {} : () -> listener.deleted(id, copy.dataSize());
      boolean onDisk =
          spill.forget(
              id, failure -> removed(position, failure, failure == null ? gone : () -> {}));
      pending += onDisk ? 1 : 0;
    }

    private void addInMemory(ObjectId id, int slot, int position) {
      Runnable gone =
          () -> {
            objects.letGo(slot);
            // Several may have waited for the same files.
            if (objects.state(slot) == SlotState.SEALED) {
              objects.delete(slot);
            } else {
              codes.set(position, ErrorCode.OBJECT_NOT_FOUND.code());
            }
          };
      // Held, so that it neither leaves memory nor moves until then.
      objects.hold(slot);
      boolean onDisk =
          spill.forget(
              id,
              failure ->
                  removed(position, failure, failure == null ? gone : () -> objects.letGo(slot)));
      if (onDisk) {
        pending++;
      } else {
        gone.run();
      }
    }

    private void removed(int position, @Nullable Exception failure, Runnable gone) {
      if (failure != null) {
        codes.set(position, ErrorCode.INTERNAL_ERROR.code());
      }
      gone.run();
      pending--;
      answerIfDone();
      freed.run();
    }

    void answerIfDone() {
      if (pending == 0 && !cancelled) {
        reports.answer(caller, new Reply.Outcomes(codes));
      }
    }

    void cancel() {
      cancelled = true;
    }
  }
}
