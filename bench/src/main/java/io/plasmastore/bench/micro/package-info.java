/**
 * The JMH benchmarks: of what clients call, and of the allocator and the index by themselves, which
 * nobody else may know.
 */
@NullMarked
package io.plasmastore.bench.micro;

import org.jspecify.annotations.NullMarked;
