/** The JMH benchmarks. */
@NullMarked
package io.plasmastore.bench.micro;

import org.jspecify.annotations.NullMarked;
