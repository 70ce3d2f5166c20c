package io.plasmastore;

import io.plasmastore.protocol.Limits;
import io.plasmastore.protocol.Reply;
import io.plasmastore.protocol.Request;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One createAndSealAll under way: fills a request with as many objects as fit, asks, and goes on.
 */
final class BatchCreate {
  private final Asker asker;
  private final long timeoutMillis;
  private final List<@Nullable ErrorCode> errors = new ArrayList<>();
  private final List<Request.CreateAndSealAll.Entry> entries = new ArrayList<>();
  private long cost;

  BatchCreate(Asker asker, long timeoutMillis) {
    this.asker = asker;
    this.timeoutMillis = timeoutMillis;
  }

  List<@Nullable ErrorCode> run(List<NewSealedObject> objects) throws InterruptedException {
    for (NewSealedObject object : objects) {
      Request.CreateAndSealAll.Entry entry = entry(object);
      if (cost + entry.batchCost() > Limits.MAX_BATCH
          || entries.size() == Limits.MAX_IDS_PER_REQUEST) {
        flush();
      }
      entries.add(entry);
      cost += entry.batchCost();
    }
    flush();
    return errors;
  }

  /** Adds what a reply says of each object: null for done. */
  static void addErrors(List<@Nullable ErrorCode> errors, Reply.Outcomes outcomes) {
    for (int i = 0; i < outcomes.codes().size(); i++) {
      errors.add(outcomes.error(i));
    }
  }

  private void flush() throws InterruptedException {
    if (!entries.isEmpty()) {
      Request request = new Request.CreateAndSealAll(entries, timeoutMillis);
      addErrors(errors, asker.await(Reply.Outcomes.class, request, timeoutMillis));
      entries.clear();
      cost = 0;
    }
  }

  private static Request.CreateAndSealAll.Entry entry(NewSealedObject object) {
    return new Request.CreateAndSealAll.Entry(
        object.id(),
        ByteBuffer.wrap(object.options().metadata()),
        object.id().name().orElse(null),
        ObjectWrites.bytes(object.data()),
        object.options().keep());
  }
}
