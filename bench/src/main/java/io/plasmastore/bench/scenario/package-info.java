/** What is measured, and what of it has a goal. */
@NullMarked
package io.plasmastore.bench.scenario;

import org.jspecify.annotations.NullMarked;
