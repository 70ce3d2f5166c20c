/** What is said of a run: rows against goals, as a table and as JSON. */
@NullMarked
package io.plasmastore.bench.report;

import org.jspecify.annotations.NullMarked;
