/**
 * Dataframes to and from other Arrow libraries in the same process, through the <a
 * href="https://arrow.apache.org/docs/format/CStreamInterface.html">C stream interface</a>: DuckDB,
 * DataFusion, pyarrow and their like.
 *
 * <p>This package alone needs {@code org.apache.arrow:arrow-c-data}, which {@code plasma-arrow}
 * does not bring along: add it to your own dependencies. It has native code, and needs the flag
 * {@code --add-opens=java.base/java.nio=ALL-UNNAMED}.
 */
@NullMarked
package io.plasmastore.arrow.cdata;

import org.jspecify.annotations.NullMarked;
