package io.plasmastore.sort;

import io.plasmastore.ObjectId;
import io.plasmastore.PlasmaClient;
import io.plasmastore.SealedObject;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Objects that are held so that the store does not drop them while they are needed. Any thread. */
final class Holds implements AutoCloseable {
  private final Map<ObjectId, SealedObject> held = new ConcurrentHashMap<>();

  private Holds() {}

  /**
   * Holds some objects.
   *
   * @throws io.plasmastore.PlasmaException if one is not there or not sealed; none is held then
   */
  static Holds of(PlasmaClient client, List<ObjectId> ids) {
    Holds holds = new Holds();
    try {
      ids.forEach(id -> holds.held.put(id, client.get(id)));
      return holds;
    } catch (Throwable e) {
      holds.close();
      throw e;
    }
  }

  /** Lets go of one object, if it is held. */
  void release(ObjectId id) {
    SealedObject object = held.remove(id);
    if (object != null) {
      object.close();
    }
  }

  /** Lets go of all. */
  @Override
  public void close() {
    held.keySet().forEach(this::release);
  }
}
