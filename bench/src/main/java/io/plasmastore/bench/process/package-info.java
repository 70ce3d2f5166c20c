/** The processes of a run: a store, a peer that echoes, and the client that is measured. */
@NullMarked
package io.plasmastore.bench.process;

import org.jspecify.annotations.NullMarked;
