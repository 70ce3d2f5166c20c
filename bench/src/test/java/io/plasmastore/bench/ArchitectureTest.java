package io.plasmastore.bench;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** What is measured is what every user of the store sees. */
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.plasmastore.bench");

  @Test
  void knowsPublicPackagesOnly() {
    // What is behind the packages that are public is taken by itself in one place alone.
    noClasses()
        .that()
        .resideOutsideOfPackage("io.plasmastore.bench.micro..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.plasmastore.protocol..",
            "io.plasmastore.memory..",
            "io.plasmastore.os..",
            "io.plasmastore.cli..")
        .check(CLASSES);
  }
}
