package io.plasmastore.sort;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.LargeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;

/** Fills vectors of nested types. */
final class NestedValues {
  private NestedValues() {}

  /** Random values, a third of them null, at all depths. */
  static void fill(FieldVector vector, int count, Random random) {
    vector.setInitialCapacity(Math.max(1, count));
    vector.allocateNew();
    switch (vector) {
      case ListVector list -> {
        int children = 0;
        for (int i = 0; i < count; i++) {
          int length = isNull(vector, random) ? -1 : random.nextInt(4);
          if (length >= 0) {
            list.startNewValue(i);
            list.endValue(i, length);
            children += length;
          }
        }
        fill(list.getDataVector(), children, random);
      }
      case LargeListVector list -> {
        int children = 0;
        for (int i = 0; i < count; i++) {
          int length = isNull(vector, random) ? -1 : random.nextInt(4);
          if (length >= 0) {
            list.startNewValue(i);
            list.endValue(i, length);
            children += length;
          }
        }
        fill(list.getDataVector(), children, random);
      }
      case FixedSizeListVector list -> {
        for (int i = 0; i < count; i++) {
          if (!isNull(vector, random)) {
            list.startNewValue(i);
          }
        }
        fill(list.getDataVector(), count * list.getListSize(), random);
      }
      case StructVector struct -> {
        struct.getChildrenFromFields().forEach(child -> fill(child, count, random));
        struct.setValueCount(count);
        for (int i = 0; i < count; i++) {
          if (isNull(vector, random)) {
            struct.setNull(i);
          } else {
            struct.setIndexDefined(i);
          }
        }
      }
      case VarCharVector text -> {
        for (int i = 0; i < count; i++) {
          if (!isNull(vector, random)) {
            text.setSafe(i, Long.toString(random.nextLong(), 36).getBytes(StandardCharsets.UTF_8));
          }
        }
      }
      case IntVector numbers -> {
        for (int i = 0; i < count; i++) {
          if (!isNull(vector, random)) {
            numbers.setSafe(i, random.nextInt(100));
          }
        }
      }
      case BitVector flags -> {
        for (int i = 0; i < count; i++) {
          if (!isNull(vector, random)) {
            flags.setSafe(i, random.nextInt(2));
          }
        }
      }
      default -> {}
    }
    vector.setValueCount(count);
  }

  private static boolean isNull(FieldVector vector, Random random) {
    return vector.getField().isNullable() && random.nextInt(3) == 0;
  }
}
