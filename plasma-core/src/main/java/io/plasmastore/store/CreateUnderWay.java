package io.plasmastore.store;

import io.plasmastore.ErrorCode;
import io.plasmastore.PlasmaException;
import io.plasmastore.protocol.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One create, of one object or of a batch, from its first try to its reply. A batch goes on where
 * it stopped. The core's, on the event loop.
 */
abstract class CreateUnderWay {
  private final Session session;
  private final boolean patient;
  private final Consumer<Reply> caller;
  private List<NewObject> objects;
  private int done;

  CreateUnderWay(
      Session session, List<NewObject> objects, boolean patient, Consumer<Reply> caller) {
    this.session = session;
    this.objects = objects;
    this.patient = patient;
    this.caller = caller;
  }

  Session session() {
    return session;
  }

  /** Whether it waits for room, and not only for memory to be committed. */
  boolean isPatient() {
    return patient;
  }

  /** The objects not created yet. */
  List<NewObject> left() {
    return objects.subList(done, objects.size());
  }

  void answer(Reply reply) {
    caller.accept(reply);
  }

  /** Makes it independent of the buffers of the request that it came in. */
  void settle() {
    objects = left().stream().map(NewObject::copied).toList();
    done = 0;
  }

  NewObject first() {
    return objects.get(done);
  }

  boolean hasFirst() {
    return done < objects.size();
  }

  void dropFirst() {
    done++;
  }

  /** Begins with the first object again, unless it was {@linkplain #settle settled} since. */
  void restart() {
    done = 0;
  }

  /**
   * Tries once more.
   *
   * @return whether it is answered; false if memory is still to be committed
   * @throws PlasmaException STORE_FULL if it is patient and there is no room now; any error that is
   *     the answer
   */
  abstract boolean attempt(ObjectCreator creator);

  /** Nobody waits for the answer any more. */
  void cancelled() {}

  /** Answers with an error. */
  abstract void fail(Reply.Failure failure, ErrorCode code);

  /** Creates one object, and seals it if its data is there. */
  interface ObjectCreator {
    /**
     * Tries.
     *
     * @return the reply for the object, or null if memory is still to be committed
     * @throws PlasmaException if it can't be
     */
    @Nullable Reply create(Session session, NewObject object);
  }

  /** One object, answered by what became of it. */
  static final class Single extends CreateUnderWay {
    Single(Session session, NewObject object, boolean patient, Consumer<Reply> caller) {
      super(session, List.of(object), patient, caller);
    }

    @Override
    boolean attempt(ObjectCreator creator) {
      Reply reply = creator.create(session(), first());
      if (reply == null) {
        return false;
      }
      answer(reply);
      return true;
    }

    @Override
    void fail(Reply.Failure failure, ErrorCode code) {
      answer(failure);
    }
  }

  /** Undoes objects whose client has not heard of them. */
  interface Undo {
    /**
     * Undoes them.
     *
     * @return whether there was one
     */
    boolean abandonAll(Session session, List<Reply.CreatedAll.Entry> made);
  }

  /** Many objects that the client will write: all of them, or none. */
  static final class Writable extends CreateUnderWay {
    private final Undo undo;
    private final List<Reply.CreatedAll.Entry> made = new ArrayList<>();
    private boolean clear;

    Writable(Session session, List<NewObject> objects, Consumer<Reply> caller, Undo undo) {
      super(session, objects, false, caller);
      this.undo = undo;
    }

    @Override
    boolean attempt(ObjectCreator creator) {
      try {
        while (hasFirst()) {
          if (!(creator.create(session(), first()) instanceof Reply.Created created)) {
            return false;
          }
          made.add(
              new Reply.CreatedAll.Entry(
                  created.slot(), created.generation(), created.dataOffset()));
          clear |= created.clear();
          dropFirst();
        }
      } catch (PlasmaException e) {
        undoMade();
        throw e;
      }
      answer(new Reply.CreatedAll(made, clear));
      return true;
    }

    @Override
    void cancelled() {
      undoMade();
    }

    @Override
    void fail(Reply.Failure failure, ErrorCode code) {
      undoMade();
      answer(failure);
    }

    private void undoMade() {
      var unused = undo.abandonAll(session(), made);
      made.clear();
      restart();
    }
  }

  /** Many objects, answered by an outcome for each. */
  static final class Batch extends CreateUnderWay {
    private final List<Integer> codes;

    Batch(Session session, List<NewObject> objects, boolean patient, Consumer<Reply> caller) {
      super(session, objects, patient, caller);
      this.codes = new ArrayList<>(objects.size());
    }

    @Override
    boolean attempt(ObjectCreator creator) {
      while (hasFirst()) {
        try {
          if (creator.create(session(), first()) == null) {
            return false;
          }
          codes.add(Reply.Outcomes.DONE);
        } catch (PlasmaException e) {
          if (e.code() == ErrorCode.STORE_FULL && isPatient()) {
            throw e;
          }
          codes.add(e.code().code());
        }
        dropFirst();
      }
      answer(new Reply.Outcomes(codes));
      return true;
    }

    @Override
    void fail(Reply.Failure failure, ErrorCode code) {
      left().forEach(unused -> codes.add(code.code()));
      answer(new Reply.Outcomes(codes));
    }
  }
}
