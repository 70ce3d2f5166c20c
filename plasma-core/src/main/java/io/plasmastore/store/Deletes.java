package io.plasmastore.store;

import io.plasmastore.ErrorCode;
import io.plasmastore.ObjectId;
import io.plasmastore.memory.ObjectIndex;
import io.plasmastore.memory.SlotState;
import io.plasmastore.protocol.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The requests that delete objects. Nobody finds them from the request on; it is answered when
 * their files, if they have any, are gone too: what was deleted does not come back with the next
 * store. The core's, on the event loop.
 */
final class Deletes {
  private final ObjectTable objects;
  private final Spill spill;
  private final Gets gets;
  private final ObjectTable.Listener listener;
  private final StoreReports reports;

  Deletes(
      ObjectTable objects,
      Spill spill,
      Gets gets,
      ObjectTable.Listener listener,
      StoreReports reports) {
    this.objects = objects;
    this.spill = spill;
    this.gets = gets;
    this.listener = listener;
    this.reports = reports;
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
      codes.add(hide(id));
      if (codes.get(position) != Reply.Outcomes.DONE) {
        return;
      }
      boolean onDisk =
          spill.forget(
              id,
              failure -> {
                if (failure != null) {
                  codes.set(position, ErrorCode.INTERNAL_ERROR.code());
                }
                pending--;
                answerIfDone();
              });
      if (onDisk) {
        pending++;
        gets.forgotten(id);
      }
    }

    void answerIfDone() {
      if (pending == 0 && !cancelled) {
        reports.answer(caller, new Reply.Outcomes(codes));
      }
    }

    void cancel() {
      cancelled = true;
    }

    /** Takes an object out of memory, or says what prevents it. */
    private int hide(ObjectId id) {
      int slot = objects.find(id);
      if (slot == ObjectIndex.NOT_FOUND) {
        SpillCopy copy = spill.copies().spilled(id);
        if (copy == null) {
          return ErrorCode.OBJECT_NOT_FOUND.code();
        }
        listener.deleted(id, copy.dataSize());
        return Reply.Outcomes.DONE;
      }
      if (objects.state(slot) == SlotState.CREATED) {
        return ErrorCode.OBJECT_NOT_SEALED.code();
      }
      objects.delete(slot);
      return Reply.Outcomes.DONE;
    }
  }
}
