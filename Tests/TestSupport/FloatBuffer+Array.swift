package import Compute

/// Whether a buffer holds the values of an array.
package func == (buffer: FloatBuffer, values: [Float]) -> Bool { buffer.elementsEqual(values) }

/// Whether a buffer holds the values of an array.
package func == (values: [Float], buffer: FloatBuffer) -> Bool { buffer.elementsEqual(values) }
