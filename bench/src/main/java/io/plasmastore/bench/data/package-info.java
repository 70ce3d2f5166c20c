/** What is put in the store to be measured: objects, dataframes, round trips. */
@NullMarked
package io.plasmastore.bench.data;

import org.jspecify.annotations.NullMarked;
