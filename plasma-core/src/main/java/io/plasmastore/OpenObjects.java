package io.plasmastore;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Where the objects that are held were got, for those who look for one that is never closed: {@code
 * -Dplasma.debug.leaks=true} has each get remember its stack. A client that is closed while objects
 * are held then says where, and so does a warning in the log when an object can't be closed any
 * more, because nobody refers to it. Without the property nothing of this is there. From any
 * thread.
 */
final class OpenObjects {
  /** Whether gets are remembered, which takes microseconds for each. */
  static final boolean REMEMBERED = Boolean.getBoolean("plasma.debug.leaks");

  private static final Logger LOG = System.getLogger(OpenObjects.class.getName());
  private static final Set<Got> OPEN = ConcurrentHashMap.newKeySet();
  private static final ReferenceQueue<SealedObject> LOST = new ReferenceQueue<>();

  static {
    if (REMEMBERED) {
      Thread.ofPlatform().daemon().name("plasma-leaks").start(OpenObjects::reportLost);
    }
  }

  /** One that is held. Equal to another of the same object. */
  private static final class Got extends WeakReference<SealedObject> {
    private final int hash;
    private final Pins holder;
    private final @Nullable Throwable where;

    Got(SealedObject object, Pins holder, @Nullable Throwable where) {
      super(object, where == null ? null : LOST);
      this.hash = System.identityHashCode(object);
      this.holder = holder;
      this.where = where;
    }

    @Override
    public int hashCode() {
      return hash;
    }

    @Override
    public boolean equals(Object other) {
      return this == other || (other instanceof Got got && get() != null && refersTo(got.get()));
    }
  }

  /** The stack of a get. */
  private static final class GotHere extends Throwable {
    private static final long serialVersionUID = 1;

    GotHere(ObjectId id) {
      super("got here: id=" + id);
    }
  }

  private OpenObjects() {}

  static void got(SealedObject object, Pins holder) {
    OPEN.add(new Got(object, holder, new GotHere(object.id())));
  }

  static void closed(SealedObject object, Pins holder) {
    OPEN.remove(new Got(object, holder, null));
  }

  /** Adds where the objects were got that a client still holds. */
  static void explain(IllegalStateException held, Pins holder) {
    OPEN.stream()
        .filter(got -> got.holder == holder)
        .map(got -> got.where)
        .filter(where -> where != null)
        .forEach(held::addSuppressed);
  }

  private static void reportLost() {
    try {
      while (true) {
        Reference<? extends SealedObject> lost = LOST.remove();
        if (lost instanceof Got got && OPEN.remove(got)) {
          LOG.log(Level.WARNING, "an object was never closed, and nobody can any more", got.where);
        }
      }
    } catch (InterruptedException e) {
      LOG.log(Level.DEBUG, "interrupted", e);
    }
  }
}
