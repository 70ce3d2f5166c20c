package io.plasmastore.arrow;

import java.util.AbstractList;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A root whose vectors are loaded with one batch after the other. {@link
 * VectorSchemaRoot#setRowCount} goes through all vectors and makes them as long as they seem to be:
 * it reads offsets, and where these say more than there is, it allocates; the children of a dense
 * union it counts anew, and wrongly where two values are one. Vectors that were loaded have their
 * counts already, so here the count of the rows alone is set.
 */
final class LoadedRoot extends VectorSchemaRoot {
  private final Vectors vectors;

  private LoadedRoot(Schema schema, Vectors vectors) {
    super(schema, vectors, 0);
    this.vectors = vectors;
  }

  /** A root without rows over vectors without values. */
  static LoadedRoot of(Schema schema, List<FieldVector> vectors) {
    return new LoadedRoot(schema, new Vectors(vectors));
  }

  /** Says how many values each vector was loaded with. */
  void loaded(int rowCount) {
    vectors.hidden = true;
    try {
      setRowCount(rowCount);
    } finally {
      vectors.hidden = false;
    }
  }

  /** The vectors, unless they are hidden from the one method that must not find them. */
  private static final class Vectors extends AbstractList<FieldVector> {
    private final List<FieldVector> vectors;
    private boolean hidden;

    Vectors(List<FieldVector> vectors) {
      this.vectors = vectors;
    }

    @Override
    public FieldVector get(int index) {
      return vectors.get(index);
    }

    @Override
    public int size() {
      return hidden ? 0 : vectors.size();
    }
  }
}
