package io.plasmastore.store;

import io.plasmastore.ErrorCode;
import io.plasmastore.PlasmaException;
import io.plasmastore.protocol.Access;
import io.plasmastore.protocol.Request;

/** What a client may ask for that may only read. */
final class ReadOnlyRule {
  private ReadOnlyRule() {}

  /**
   * Refuses what a session may not do.
   *
   * @throws PlasmaException ACCESS_DENIED, and nothing has changed
   */
  static void check(Session session, Request request) {
    Access access = session.access();
    if (!access.mayWrite() && changes(request)) {
      throw new PlasmaException(
          ErrorCode.ACCESS_DENIED,
          "this client may only read: request=" + request.type() + " uid=" + session.uid());
    }
    if (access != Access.GUEST && request instanceof Request.Pin) {
      throw new PlasmaException(
          ErrorCode.ACCESS_DENIED, "this client pins in its own page: " + session);
    }
  }

  /** Whether a request does something to objects or memory that others would notice. */
  private static boolean changes(Request request) {
    return switch (request) {
      case Request.Create _,
          Request.CreateAndSeal _,
          Request.CreateAndSealAll _,
          Request.CreateAll _,
          Request.Seal _,
          Request.Abort _,
          Request.Resize _,
          Request.Delete _,
          Request.Evict _,
          Request.Trim _,
          Request.SharePages _,
          Request.DropPages _,
          Request.Bind _ ->
          true;
      case Request.Hello _,
          Request.Join _,
          Request.Get _,
          Request.Contains _,
          Request.Pin _,
          Request.Unpinned _,
          Request.Refresh _,
          Request.ListObjects _,
          Request.ListClients _,
          Request.ListHolders _,
          Request.Subscribe _,
          Request.Goodbye _,
          Request.Marked _ ->
          false;
    };
  }
}
