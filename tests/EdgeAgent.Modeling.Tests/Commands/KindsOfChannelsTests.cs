using System.Globalization;
using System.Text;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Commands;
using EdgeAgent.Modeling.Evaluation;
using EdgeAgent.Modeling.Onnx;
using EdgeAgent.Modeling.Recordings;
using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.Tests.Commands;

/// <summary>Constants, bits and counters beside a measured value: none is dropped, and each is judged as what it is.</summary>
public sealed class KindsOfChannelsTests : IDisposable
{
    private const int Rows = 2400;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_counter_is_judged_by_its_rate_and_no_channel_is_dropped()
    {
        for (var i = 0; i < 3; i++)
            File.WriteAllText(_folder.Place($"data/line{i}.csv"), Csv((ulong)i, stopsAt: int.MaxValue));
        Assert.Equal(0, CommandLine.Run(["fit", "--data", _folder.Place("data"), "--out", _folder.Place("mine"), "--no-report"]));

        var bundle = ModelBundle.Load(_folder.Place("mine"));
        Assert.Equal(["flow", "setpoint", "door", "pieces"], bundle.ChannelNames);
        Assert.Equal([null, null, null, true], bundle.Manifest.Channels.Select(c => c.Counts));
        using var replay = new DeviceReplay(bundle.Manifest, OnnxFile.Read(bundle.ModelPath));
        // What a device sends are counts, as in the files; the agent itself makes rates of them.
        var calm = replay.Judge(Read(bundle, seed: 50, stopsAt: int.MaxValue));
        Assert.InRange(calm.Count(v => v) / (double)calm.Length, 0, 0.02);
        Assert.Contains(true, replay.Judge(Read(bundle, seed: 51, stopsAt: 1800))[^500..]);
    }

    [Fact]
    public void A_folder_of_one_constant_channel_gives_a_bundle_that_finds_its_change()
    {
        var text = new StringBuilder("timestamp,level\n");
        for (var r = 0; r < Rows; r++)
            text.Append(CultureInfo.InvariantCulture, $"{Some.Start.AddSeconds(r):yyyy-MM-dd HH:mm:ss},-1\n");
        File.WriteAllText(_folder.Place("data/tank.csv"), text.ToString());
        Assert.Equal(0, CommandLine.Run(["fit", "--data", _folder.Place("data"), "--out", _folder.Place("mine")]));

        var bundle = ModelBundle.Load(_folder.Place("mine"));
        using var replay = new DeviceReplay(bundle.Manifest, OnnxFile.Read(bundle.ModelPath));
        var recording = RecordingFolder.ReadFile(_folder.Place("data/tank.csv"), "tank.csv", ["level"]);
        Assert.DoesNotContain(true, replay.Judge(recording));
        Array.Fill(recording.Values, -0.5f, 2000, 400);
        Assert.Contains(true, replay.Judge(recording));
    }

    private Recording Read(ModelBundle bundle, ulong seed, int stopsAt)
    {
        File.WriteAllText(_folder.Place("unseen/line.csv"), Csv(seed, stopsAt));
        return RecordingFolder.ReadFile(_folder.Place("unseen/line.csv"), "line.csv", bundle.ChannelNames);
    }

    private static string Csv(ulong seed, int stopsAt)
    {
        var random = new SplittableRandom(seed + 7);
        var text = new StringBuilder("timestamp,flow,setpoint,door,pieces\n");
        var pieces = 1000.0;
        for (var r = 0; r < Rows; r++)
        {
            if (r < stopsAt) pieces += Math.Max(0, 5 + random.Normal());
            text.Append(CultureInfo.InvariantCulture,
                $"{Some.Start.AddSeconds(r):yyyy-MM-dd HH:mm:ss},{20 + random.Normal():0.000},3.5,{(r % 700 < 15 ? 1 : 0)},{pieces:0.0}\n");
        }
        return text.ToString();
    }
}
