/** What the JDK has no call for: the one place that calls native code. */
@NullMarked
package io.plasmastore.os;

import org.jspecify.annotations.NullMarked;
