/** The verbs of {@code bin/plasma}. */
@NullMarked
package io.plasmastore.cli;

import org.jspecify.annotations.NullMarked;
