package io.plasmastore.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.ObjectId;
import io.plasmastore.SealedObject;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RemoveCommandTest {
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
  void deletesObjects() {
    ObjectId first = object("first");
    object("second");
    assertEquals("", store.run("rm", first.toHex(), "name:second").done().out());
    assertEquals(0, store.objects());
    assertEquals(0, store.client().stats().used());
  }

  @Test
  void deletesTheOthersWhenOneIsUnknown() {
    object("first");
    object("last");
    String unknown = "0".repeat(40);
    ObjectId named = ObjectId.named("nobody");
    assertEquals(
        "no such object: id=" + unknown + "; no such object: id=" + named + " name=nobody",
        store.run("rm", "name:first", unknown, "name:nobody", "name:last").failure());
    assertEquals(0, store.objects());
  }

  @Test
  void deletesTheOthersWhenOneIsStillBeingWritten() {
    object("first");
    ObjectId unsealed = ObjectId.random();
    try (var writer = store.client().create(unsealed, 10)) {
      String failure = store.run("rm", unsealed.toHex(), "name:first").failure();
      assertTrue(failure.contains(unsealed.toHex()), failure);
      assertFalse(store.client().contains(ObjectId.named("first")));
      assertTrue(writer.isOpen());
    }
  }

  @Test
  void hidesWhatIsHeld() {
    ObjectId id = object("held");
    try (SealedObject held = store.client().get(id)) {
      store.run("rm", "name:held").done();
      assertEquals(
          "no such object: id=" + id + " name=held", store.run("rm", "name:held").failure());
      assertEquals(3, held.data().get(java.lang.foreign.ValueLayout.JAVA_BYTE, 0));
    }
    assertEquals(0, store.objects());
  }

  @Test
  void refusesWhatIsNoIdBeforeAnythingIsDeleted() {
    object("first");
    String misuse = store.run("rm", "name:first", "second").misuse();
    assertTrue(misuse.contains("an object id has 40 hex digits: found=6 text=second"), misuse);
    assertEquals("plasma rm: Missing required parameter: 'ID'", store.run("rm").misuse());
    assertEquals(1, store.objects());
  }

  private ObjectId object(String name) {
    ObjectId id = ObjectId.named(name);
    store.client().createAndSeal(id, new byte[] {3});
    return id;
  }
}
