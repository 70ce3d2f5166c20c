package io.plasmastore.bench.handover;

import io.plasmastore.arrow.ArrowClient;
import java.nio.file.Path;

/**
 * What the two processes of a way share.
 *
 * @param dataframes of this process, in the store of both
 * @param folder in shared memory, for files of theirs
 */
record Place(ArrowClient dataframes, Path folder) {}
