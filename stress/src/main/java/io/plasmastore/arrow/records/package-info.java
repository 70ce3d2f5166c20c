/** The races in the pages that both ends of a channel share, under jcstress. */
@NullMarked
package io.plasmastore.arrow.records;

import org.jspecify.annotations.NullMarked;
