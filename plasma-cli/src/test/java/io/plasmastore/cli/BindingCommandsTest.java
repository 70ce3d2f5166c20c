package io.plasmastore.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.plasmastore.ObjectId;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bind}, {@code resolve} and {@code unbind}. */
class BindingCommandsTest {
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
  void pointsANameAtOneObjectAndThenAtAnother() {
    ObjectId first = ObjectId.random();
    assertEquals("", store.run("bind", "latest", first.toHex()).done().out());
    assertEquals(first.toHex() + "\n", store.run("resolve", "latest").done().out());
    store.run("bind", "latest", "name:second").done();
    assertEquals(
        ObjectId.named("second").toHex() + "\n", store.run("resolve", "latest").done().out());
    assertEquals("", store.run("unbind", "latest").done().out());
    assertEquals("nothing is bound: name=latest", store.run("resolve", "latest").failure());
    assertEquals("nothing is bound: name=latest", store.run("unbind", "latest").failure());
    assertEquals(0, store.objects());
  }

  @Test
  void refusesWhatIsNoNameOrId() {
    assertTrue(store.run("bind", "latest", "x").misuse().contains("text=x"));
    for (String verb : new String[] {"resolve", "unbind"}) {
      assertTrue(store.run(verb, "").misuse().startsWith("plasma " + verb + ": "), verb);
      assertTrue(store.run(verb, "x".repeat(256)).misuse().contains("256"), verb);
      assertTrue(CommandRun.of(verb).misuse().contains("NAME"), verb);
    }
    assertTrue(store.run("bind", "", "name:x").misuse().startsWith("plasma bind: "));
  }
}
