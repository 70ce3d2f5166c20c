package io.plasmastore.bench.scenario;

import io.plasmastore.PlasmaClient;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * What the process that measures has to do it with.
 *
 * @param client connected to a store that is empty and has nobody else
 * @param echoSocket where an echo listens
 * @param settings how large and how long
 * @param progress is told what takes long
 */
record Subject(
    PlasmaClient client, Path echoSocket, Settings settings, Consumer<String> progress) {}
