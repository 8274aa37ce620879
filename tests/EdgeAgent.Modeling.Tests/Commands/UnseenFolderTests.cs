using System.Globalization;
using System.Text;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Sessions;
using EdgeAgent.Modeling.Candidates;
using EdgeAgent.Modeling.Commands;
using EdgeAgent.Modeling.Evaluation;
using EdgeAgent.Modeling.Onnx;
using EdgeAgent.Modeling.Recordings;
using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.Tests.Commands;

/// <summary>A folder of recordings that nobody has seen, one command, no option: a sound bundle.</summary>
public sealed class UnseenFolderTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void One_channel_for_twenty_thousand_readings()
    {
        Write("data/meter.csv", ["value"], 20_000, TimeSpan.FromMinutes(5), 4, ',',
            (r, random, _) => [50 + 4 * Math.Sin(2 * Math.PI * r / 288) + random.Normal()]);

        var bundle = Fit();

        Check(bundle, channel: 0);
        Assert.Contains("are of one recording: whatever that one does not show",
            File.ReadAllText(Path.Combine(bundle.Folder, "report.html")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_single_short_recording_gives_a_bundle_and_a_clear_warning()
    {
        Write("data/short.csv", ["a", "b"], 200, TimeSpan.FromSeconds(1), 4, ',', (_, random, _) => [random.Normal(), 5 + random.Normal()]);

        var bundle = Fit();

        Assert.Equal(80, bundle.Manifest.Calibration.Readings);
        Assert.Contains("One recording of 200 readings: figures mean little",
            File.ReadAllText(Path.Combine(bundle.Folder, "report.html")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_report_can_be_left_out_and_lengths_can_be_given()
    {
        Write("data/short.csv", ["a", "b"], 500, TimeSpan.FromSeconds(1), 4, ',', (_, random, _) => [random.Normal(), 5 + random.Normal()]);

        var bundle = Fit("--no-report", "--calibration", "150", "--window", "40");

        Assert.Equal((150, 40), (bundle.Manifest.Calibration.Readings, bundle.Manifest.Window.Length));
        Assert.False(File.Exists(Path.Combine(bundle.Folder, "report.html")));
    }

    private ModelBundle Fit(params string[] options)
    {
        Assert.Equal(0, CommandLine.Run(["fit", "--data", _folder.Place("data"), "--out", _folder.Place("models/mine"), .. options]));
        return ModelBundle.Load(_folder.Place("models/mine"));
    }

    /// <summary>The bundle is sound, calm on what is normal, finds a plain step, and its report stands alone.</summary>
    private void Check(ModelBundle bundle, int channel)
    {
        using var model = OnnxModel.Load(bundle);
        Assert.True(GoldenCheck.Run(model) > 0);
        var quantized = OnnxFile.Read(bundle.ModelPath);
        using var replay = new DeviceReplay(bundle.Manifest, quantized);
        var recordings = RecordingFolder.Read(_folder.Place("data"), bundle.ChannelNames);
        var verdicts = recordings.SelectMany(replay.Judge).ToArray();
        Assert.InRange(verdicts.Count(v => v) / (double)verdicts.Length, 0, 0.02);

        var faulty = recordings[0].Select([.. Enumerable.Range(0, Math.Min(recordings[0].Rows, 2 * (int)bundle.Manifest.ReadingsBefore))]);
        var start = faulty.Rows - 70;
        InventedFault.Insert(faulty, start, channel, FaultShape.Shift, size: 6, recordings[0], new SplittableRandom(1));
        var open = replay.Play(faulty).IsOpen;
        Assert.DoesNotContain(true, open[..start]);
        Assert.Contains(true, open[start..]);

        var report = File.ReadAllText(Path.Combine(bundle.Folder, "report.html"));
        Assert.InRange(report.Length, 5_000, 1_500_000);
        Assert.DoesNotContain("http", report, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", report, StringComparison.Ordinal);
        Assert.Contains("<svg", report, StringComparison.Ordinal);
    }

    private void Write(string name, string[] channels, int rows, TimeSpan step, ulong seed,
        char separator, Func<int, SplittableRandom, double[], double[]> reading)
    {
        var random = new SplittableRandom(seed + 100);
        var level = new double[1];
        var text = new StringBuilder($"timestamp{separator}{string.Join(separator, channels)}\n");
        for (var r = 0; r < rows; r++)
            text.Append(CultureInfo.InvariantCulture, $"{Some.Start + r * step:yyyy-MM-dd HH:mm:ss}{separator}{string.Join(separator, reading(r, random, level).Select(v => v.ToString("0.###", CultureInfo.InvariantCulture)))}\n");
        File.WriteAllText(_folder.Place(name), text.ToString());
    }
}
