using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace EdgeAgent.Modeling.Training;

/// <summary>C += A·B on one thread, in tiles that stay in registers.</summary>
/// <remarks>
/// Every sum runs over k in order, lanes are results of their own and nothing is fused: as with <see cref="Lanes"/>
/// the outcome does not depend on the processor's vector width.
/// </remarks>
internal static class Gemm
{
    private const int Rows = 4;

    /// <param name="a">
    /// A(i, k) stands at i·<paramref name="rowStride"/> + k·<paramref name="columnStride"/>, so it may be a transpose, or rows that
    /// overlap.
    /// </param>
    /// <param name="rowStride">From one row of A to the next.</param>
    /// <param name="columnStride">From one column of A to the next.</param>
    /// <param name="b">[k, n], without gaps.</param>
    /// <param name="c">[m, n], without gaps.</param>
    /// <param name="m">Rows of C.</param>
    /// <param name="n">Columns of C.</param>
    /// <param name="k">Terms of each sum.</param>
    public static void Add(
        ReadOnlySpan<float> a, int rowStride, int columnStride, ReadOnlySpan<float> b, Span<float> c, int m, int n, int k)
    {
        // The tiles below read without bounds checks.
        ArgumentOutOfRangeException.ThrowIfGreaterThan((m - 1) * rowStride + (k - 1) * columnStride + 1, a.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(k * n, b.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(m * n, c.Length);
        var wide = 2 * Vector<float>.Count;
        var j = 0;
        for (; j <= n - wide; j += wide)
        {
            var i = 0;
            for (; i <= m - Rows; i += Rows)
                Tile(a[(i * rowStride)..], rowStride, columnStride, b[j..], c[(i * n + j)..], n, k);
            for (; i < m; i++)
                Row(a[(i * rowStride)..], columnStride, b[j..], c.Slice(i * n + j, wide), n, k);
        }
        if (j < n)
            for (var i = 0; i < m; i++)
                Row(a[(i * rowStride)..], columnStride, b[j..], c.Slice(i * n + j, n - j), n, k);
    }

    /// <summary>Four rows, two vectors wide.</summary>
    private static void Tile(ReadOnlySpan<float> a, int rowStride, int columnStride, ReadOnlySpan<float> b, Span<float> c, int n, int k)
    {
        ref var a0 = ref MemoryMarshal.GetReference(a);
        ref var b0 = ref MemoryMarshal.GetReference(b);
        ref var c0 = ref MemoryMarshal.GetReference(c);
        var half = (nuint)Vector<float>.Count;
        var width = (nuint)n;
        Vector<float> c00 = Vector.LoadUnsafe(ref c0), c01 = Vector.LoadUnsafe(ref c0, half);
        Vector<float> c10 = Vector.LoadUnsafe(ref c0, width), c11 = Vector.LoadUnsafe(ref c0, width + half);
        Vector<float> c20 = Vector.LoadUnsafe(ref c0, 2 * width), c21 = Vector.LoadUnsafe(ref c0, 2 * width + half);
        Vector<float> c30 = Vector.LoadUnsafe(ref c0, 3 * width), c31 = Vector.LoadUnsafe(ref c0, 3 * width + half);
        for (var t = 0; t < k; t++)
        {
            Vector<float> left = Vector.LoadUnsafe(ref b0, (nuint)t * width), right = Vector.LoadUnsafe(ref b0, (nuint)t * width + half);
            ref var column = ref Unsafe.Add(ref a0, t * columnStride);
            var x = new Vector<float>(column);
            (c00, c01) = (c00 + x * left, c01 + x * right);
            x = new Vector<float>(Unsafe.Add(ref column, rowStride));
            (c10, c11) = (c10 + x * left, c11 + x * right);
            x = new Vector<float>(Unsafe.Add(ref column, 2 * rowStride));
            (c20, c21) = (c20 + x * left, c21 + x * right);
            x = new Vector<float>(Unsafe.Add(ref column, 3 * rowStride));
            (c30, c31) = (c30 + x * left, c31 + x * right);
        }
        c00.StoreUnsafe(ref c0);
        c01.StoreUnsafe(ref c0, half);
        c10.StoreUnsafe(ref c0, width);
        c11.StoreUnsafe(ref c0, width + half);
        c20.StoreUnsafe(ref c0, 2 * width);
        c21.StoreUnsafe(ref c0, 2 * width + half);
        c30.StoreUnsafe(ref c0, 3 * width);
        c31.StoreUnsafe(ref c0, 3 * width + half);
    }

    private static void Row(ReadOnlySpan<float> a, int columnStride, ReadOnlySpan<float> b, Span<float> c, int n, int k)
    {
        for (var t = 0; t < k; t++)
            Lanes.AddScaled(c, b.Slice(t * n, c.Length), a[t * columnStride]);
    }
}
