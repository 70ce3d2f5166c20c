package io.plasmastore.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** {@code docs/cli.md} says what the command line does. */
class CliDocumentTest {
  private static final Path DOCUMENT = Path.of("..", "docs", "cli.md");
  private static final String EVERYWHERE = "Everywhere";

  @TempDir private Path folder;

  @Test
  void hasASectionForEachVerb() throws IOException {
    Set<String> titles = new TreeSet<>(sections().keySet());
    assertTrue(titles.remove(EVERYWHERE));
    assertEquals(CommandLines.verbs(), titles);
  }

  @Test
  void namesEachOptionAndNoOther() throws IOException {
    Map<String, String> sections = sections();
    Set<String> everywhere = optionsIn(sections.get(EVERYWHERE));
    for (String verb : CommandLines.verbs()) {
      CommandSpec spec = CommandLines.plasma().getSubcommands().get(verb).getCommandSpec();
      Set<String> options =
          Stream.concat(
                  Stream.of(spec),
                  spec.subcommands().values().stream().map(CommandLine::getCommandSpec))
              .flatMap(each -> each.options().stream())
              .filter(option -> !option.hidden())
              .map(OptionSpec::longestName)
              .collect(Collectors.toCollection(TreeSet::new));
      Set<String> documented = new TreeSet<>(optionsIn(sections.get(verb)));
      documented.addAll(everywhere);
      documented.retainAll(options);
      assertEquals(options, documented, verb);
      Set<String> unknown = new TreeSet<>(optionsIn(sections.get(verb)));
      unknown.removeAll(options);
      assertEquals(Set.of(), unknown, verb);
    }
  }

  @Test
  void namesEachParameter() throws IOException {
    Map<String, String> sections = sections();
    for (String verb : CommandLines.verbs()) {
      for (PositionalParamSpec parameter :
          CommandLines.plasma()
              .getSubcommands()
              .get(verb)
              .getCommandSpec()
              .positionalParameters()) {
        if (CommandLines.isOwn(verb)) {
          assertTrue(sections.get(verb).contains("`" + parameter.paramLabel() + "`"), verb);
        }
      }
    }
  }

  @Test
  void namesEachFieldOfTheJson() throws IOException {
    Map<String, String> sections = sections();
    try (TestStore store = new TestStore(folder)) {
      store.put(SampleData.rows(store.allocator(), 0, 10));
      assertEquals(
          fieldsIn(sections.get("ls")),
          fields(json(store.run("ls", "--holders", "--json")).get(0)));
      for (String verb : List.of("trim", "verify")) {
        assertEquals(fieldsIn(sections.get(verb)), fields(json(store.run(verb, "--json"))), verb);
      }
      assertEquals(
          fieldsIn(sections.get("evict")), fields(json(store.run("evict", "0", "--json"))));
      assertEquals(
          fieldsIn(sections.get("clients")), fields(json(store.run("clients", "--json")).get(0)));
      assertEquals(fieldsIn(sections.get("stat")), fields(json(store.run("stat", "--json"))));
      assertEquals(
          fieldsIn(sections.get("sort")),
          fields(
              json(
                  store.run(
                      "sort", "--rows", "100", "--threads", "--json", "--progress", "none"))));
    }
  }

  /** The text of each section, by its title. */
  private static Map<String, String> sections() throws IOException {
    Map<String, String> sections = new HashMap<>();
    List<String> parts =
        Arrays.asList(Pattern.compile("^## ", Pattern.MULTILINE).split(Files.readString(DOCUMENT)));
    for (String part : parts.subList(1, parts.size())) {
      int end = part.indexOf('\n');
      sections.put(part.substring(0, end), part.substring(end));
    }
    return sections;
  }

  private static Set<String> optionsIn(String text) {
    return matches(text, "(?<![\\w-])(--[a-z][a-z-]*)");
  }

  private static Set<String> fieldsIn(String text) {
    String table = text.substring(text.indexOf("| JSON field |"));
    return matches(table, "(?m)^\\| `(\\w+)` \\|");
  }

  private static Set<String> matches(String text, String pattern) {
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    Set<String> found = new TreeSet<>();
    while (matcher.find()) {
      found.add(matcher.group(1));
    }
    return found;
  }

  private static JsonNode json(CommandRun run) throws IOException {
    return new ObjectMapper().readTree(run.done().out());
  }

  private static Set<String> fields(JsonNode node) {
    Set<String> names = new TreeSet<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }
}
