package io.plasmastore.sort;

/**
 * A task that a worker has done.
 *
 * @param phase that it was part of
 * @param task what it was, in a word
 * @param worker the worker's number, from 0; one that takes a dead one's place has a new one
 * @param pid of the worker's process; this one's if the workers are threads
 * @param rows that the task went through
 * @param startNanos when the worker was handed the task, by {@link System#nanoTime} of the process
 *     that sorts
 * @param endNanos when the worker had answered, by the same clock
 */
public record SortWork(
    SortPhase phase,
    String task,
    int worker,
    long pid,
    long rows,
    long startNanos,
    long endNanos) {}
