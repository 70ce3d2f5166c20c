package io.plasmastore.bench.report;

import java.util.List;

/**
 * What a report says of one scenario at one placement.
 *
 * @param scenario its name
 * @param title what it measures
 * @param placement on which cores its processes were
 * @param rows its lines
 */
public record Section(String scenario, String title, String placement, List<Row> rows) {}
