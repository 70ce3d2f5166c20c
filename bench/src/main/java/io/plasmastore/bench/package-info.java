/**
 * {@code bin/plasma bench}: what the store costs on this machine, and whether that is within the
 * goals.
 */
@NullMarked
package io.plasmastore.bench;

import org.jspecify.annotations.NullMarked;
