package io.plasmastore.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.ObjectId;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WaitCommandTest {
  @TempDir private Path folder;

  private TestStore store;

  @BeforeEach
  void launches() {
    store = new TestStore(folder);
  }

  @AfterEach
  void closes() {
    store.close();
  }

  @Test
  void endsWhenAllAreSealed() throws Exception {
    store.client().createAndSeal(ObjectId.named("first"), new byte[10]);
    CompletableFuture<CommandRun> waiting =
        CompletableFuture.supplyAsync(() -> store.run("wait", "name:first", "name:second"));
    while (store.client().stats().counters().get("gets_asked") == 0) {
      Thread.onSpinWait();
    }
    store.client().createAndSeal(ObjectId.named("second"), new byte[10]);
    assertEquals("", waiting.get(40, TimeUnit.SECONDS).done().out());
    assertEquals(0, store.client().list().mapToLong(info -> info.pins()).sum());
  }

  @Test
  void namesWhatDidNotCome() {
    store.client().createAndSeal(ObjectId.named("first"), new byte[10]);
    ObjectId second = ObjectId.named("second");
    assertEquals(
        "not sealed in time: missing=1 timeoutMillis=50 id=" + second + " name=second",
        store.run("wait", "name:first", "name:second", "--timeout", "50ms").failure());
    assertTrue(
        store.run("wait", second.toHex(), "--timeout", "0").failure().contains("timeoutMillis=0"));
    assertTrue(store.run("wait", "x").misuse().contains("text=x"));
    assertTrue(store.run("wait", "name:x", "--timeout", "soon").misuse().contains("text=soon"));
  }
}
