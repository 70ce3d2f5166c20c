package io.plasmastore.arrow;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The Arrow layer is written against the core's public API; only its tests start stores. */
class ArchitectureTest {
  private static final String[] INSIDES = {
    "io.plasmastore.protocol..", "io.plasmastore.memory..", "io.plasmastore.os.."
  };

  @Test
  void knowsThePublicPackageOnly() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.plasmastore.store..")
        .orShould()
        .dependOnClassesThat()
        .resideInAnyPackage(INSIDES)
        .check(
            new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("io.plasmastore.arrow"));
  }

  @Test
  void dataframesKnowNothingOfRecords() {
    noClasses()
        .that()
        .resideInAPackage("io.plasmastore.arrow")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.plasmastore.arrow.records..")
        .check(new ClassFileImporter().importPackages("io.plasmastore.arrow"));
  }

  @Test
  void itsTestsKnowTheStoreBesides() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(INSIDES)
        .check(new ClassFileImporter().importPackages("io.plasmastore.arrow"));
  }
}
