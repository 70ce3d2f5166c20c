package io.plasmastore;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Who may know whom inside the core, as ARCHITECTURE.md draws it. */
class ArchitectureTest {
  private static final String ROOT = "io.plasmastore";
  private static final String STORE = "io.plasmastore.store..";
  private static final String PROTOCOL = "io.plasmastore.protocol..";
  private static final String MEMORY = "io.plasmastore.memory..";
  private static final String OS = "io.plasmastore.os..";

  /** The words that both sides of the wire share. */
  private static final DescribedPredicate<JavaClass> SHARED_WORDS =
      oneOf(ObjectId.class, ErrorCode.class);

  /** What memory also says: an object's state, and that it can't read a layout. */
  private static final DescribedPredicate<JavaClass> MEMORY_WORDS =
      oneOf(ObjectId.class, ErrorCode.class, ObjectState.class, PlasmaException.class);

  private static final JavaClasses CORE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.plasmastore");

  @Test
  void theClientDoesNotKnowTheStore() {
    noClasses()
        .that()
        .resideInAPackage(ROOT)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(STORE)
        .check(CORE);
  }

  @Test
  void memoryKnowsTheOperatingSystemAndTheSharedWordsOnly() {
    noClasses()
        .that()
        .resideInAPackage(MEMORY)
        .should()
        .dependOnClassesThat(resideInAnyPackage(ROOT, STORE, PROTOCOL).and(not(MEMORY_WORDS)))
        .check(CORE);
  }

  @Test
  void theProtocolKnowsTheSharedWordsOnly() {
    noClasses()
        .that()
        .resideInAPackage(PROTOCOL)
        .should()
        .dependOnClassesThat(resideInAnyPackage(ROOT, STORE, MEMORY, OS).and(not(SHARED_WORDS)))
        .check(CORE);
  }

  @Test
  void theNativeCallsKnowNobody() {
    noClasses()
        .that()
        .resideInAPackage(OS)
        .should()
        .dependOnClassesThat(resideInAPackage(ROOT + "..").and(not(resideInAPackage(OS))))
        .check(CORE);
  }

  @Test
  void onlyOnePackageCallsNativeCode() {
    noClasses()
        .that()
        .resideOutsideOfPackage(OS)
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.lang.foreign.Linker")
        .check(CORE);
  }

  @Test
  void onlyTheStoreKnowsNetty() {
    noClasses()
        .that()
        .resideOutsideOfPackage(STORE)
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.netty..")
        .check(CORE);
  }

  private static DescribedPredicate<JavaClass> oneOf(Class<?>... types) {
    Set<String> names = Stream.of(types).map(Class::getName).collect(Collectors.toSet());
    return describe(
        "one of " + names,
        type -> {
          JavaClass outermost = type;
          while (outermost.getEnclosingClass().isPresent()) {
            outermost = outermost.getEnclosingClass().get();
          }
          return names.contains(outermost.getName());
        });
  }
}
