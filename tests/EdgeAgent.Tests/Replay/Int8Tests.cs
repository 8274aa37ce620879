using System.Globalization;
using System.Runtime.InteropServices;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.TestData;
using static EdgeAgent.TestData.OnnxParts;

namespace EdgeAgent.Tests.Replay;

/// <summary>
/// INT8 means the same everywhere: processors with AVX2 and without VNNI add two products of 8 bits in 16, where large ones saturate. One
/// of them is emulated.
/// </summary>
public sealed class Int8Tests : IDisposable
{
    private const string Emulator = "/usr/bin/qemu-x86_64-static";
    private const int Length = 64, ScoreColumn = 3;
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_averaging_layer_of_full_weights_gives_the_same_on_a_processor_without_vnni()
    {
        // What saturates is a kernel for x86-64.
        if (RuntimeInformation.ProcessArchitecture != Architecture.X64) return;
        Assert.True(File.Exists(Emulator), $"{Emulator} is missing: install qemu-user-static");
        var bundle = TinyBundle.Write(_folder.File("mean"), Manifest(), Averaging());
        _folder.Write("rec.csv", "time,a\n" + string.Join('\n', Enumerable.Range(0, 200).Select(i =>
            $"{1767225600 + i},{(i < 100 ? 10 : i * 37 % 101 / 10.0).ToString(CultureInfo.InvariantCulture)}")));

        var here = Scores(bundle, []);
        var there = Scores(bundle, [Emulator, "-cpu", "Haswell"]);

        Assert.Equal(200 - Length + 1, here.Length);
        // Of tens the mean is ten.
        Assert.Contains(here, s => Math.Abs(s - 10) < 0.1);
        Assert.Equal(here, there);
    }

    private double[] Scores(string bundle, string[] emulator)
    {
        var scores = _folder.File($"scores{emulator.Length}.csv");
        string[] words =
        [
            .. emulator, Environment.ProcessPath!, "exec", Path.Combine(AppContext.BaseDirectory, "edgeagent.dll"),
            "replay", "--model", bundle, "--scores", scores, _folder.File("rec.csv"),
        ];
        ProgramRun.ToEnd(words[0], words[1..]);
        return [.. File.ReadLines(scores).Skip(1).Select(l => double.Parse(l.Split(',')[ScoreColumn], CultureInfo.InvariantCulture))];
    }

    private static BundleManifest Manifest() => new()
    {
        Name = "mean", Version = "1.0.0", Channels = [new ManifestChannel { Name = "a" }],
        Calibration = new ManifestCalibration { Over = "none" }, Window = new ManifestWindow { Length = Length },
        Output = new ManifestOutput { Zero = 0, One = 1 },
    };

    /// <summary>The mean of a window, by weights that use all of their 8 bits.</summary>
    private static byte[] Averaging() => Graph(
        [
            Node("Reshape", ["input", "flat"], ["row"]),
            Node("QuantizeLinear", ["row", "x_scale", "x_zero"], ["x_bytes"]),
            Node("DequantizeLinear", ["x_bytes", "x_scale", "x_zero"], ["x"]),
            Node("DequantizeLinear", ["weights", "w_scale", "w_zero"], ["w"]), Node("MatMul", ["x", "w"], ["y"]),
            Node("QuantizeLinear", ["y", "y_scale", "y_zero"], ["y_bytes"]),
            Node("DequantizeLinear", ["y_bytes", "y_scale", "y_zero"], ["output"]),
        ],
        [
            Tensor("flat", OfInt64, [2], MemoryMarshal.AsBytes<long>([-1, Length])),
            Number("x_scale", 10f / 255), Byte("x_zero", OfUInt8), Number("w_scale", 1f / Length / sbyte.MaxValue), Byte("w_zero", OfInt8),
            Number("y_scale", 20f / 255), Byte("y_zero", OfUInt8),
            Tensor("weights", OfInt8, [Length, 1], MemoryMarshal.AsBytes<sbyte>([.. Enumerable.Repeat(sbyte.MaxValue, Length)])),
        ],
        [Value("input", Float32, Length, 1)], [Value("output", Float32, 1)]);

    private static Proto Number(string name, float value) => Tensor(name, Float32, [], MemoryMarshal.AsBytes<float>([value]));

    private static Proto Byte(string name, int type) => Tensor(name, type, [], [0]);

    private const int OfUInt8 = 2, OfInt8 = 3;
}
