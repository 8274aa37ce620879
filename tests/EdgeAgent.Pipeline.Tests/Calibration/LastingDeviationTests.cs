using System.Text.Json;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Pipeline.Detection.Calibration;

namespace EdgeAgent.Pipeline.Tests.Calibration;

/// <summary>A level that is off by less than the threshold asks for, but stays off.</summary>
public sealed class LastingDeviationTests
{
    private static readonly ManifestLasting Settings = new() { Over = 100, From = 2, Start = 8, Raise = 4, Fade = 700 };

    private readonly LastingDeviation _lasting = new(Settings, [0, 2]);

    [Fact]
    public void Off_by_little_counts_once_it_has_lasted_and_the_sensor_is_known()
    {
        Assert.Equal(0.5f, Play(500, level: 2.5f));
        Play(200, level: 0);
        Assert.Equal(0.5f, Play(500, level: 2.5f));
        Play(5_000, level: 0.5f);
        Assert.Equal(0.5f, Play(60, level: 2.5f));
        Assert.Equal(1, Play(200, level: 2.5f));
        Assert.Equal(0.5f, Play(100, level: 0.5f));
    }

    [Fact]
    public void Nothing_is_said_before_the_device_is_calibrated()
    {
        Assert.Equal(0.5f, Play(2_000, level: 6, isCalibrated: false));
        Assert.True(float.IsNaN(_lasting.Bound));
    }

    [Fact]
    public void Only_levels_count_and_a_higher_score_stays()
    {
        Play(5_000, level: 0.5f);
        Assert.Equal(0.5f, Play(1_000, level: 0.5f, other: 6));
        Play(500, level: 2.5f);
        Assert.Equal(1.7f, _lasting.Judge([2.5f, 0, 2.5f], 1.7f, isOpen: false, isCalibrated: true));
    }

    [Fact]
    public void Each_event_raises_the_bound_and_calm_readings_bring_it_down()
    {
        Play(10_000, level: 0.5f);
        Assert.Equal(2, _lasting.Bound, 0.01f);
        Play(300, level: 1, isOpen: true);
        Assert.Equal(6, _lasting.Bound, 0.01f);
        Play(700, level: 1);
        Assert.InRange(_lasting.Bound, 3.4f, 3.5f);
        for (var i = 0; i < 5; i++)
        {
            Play(1, level: 1, isOpen: true);
            Play(1, level: 1);
        }
        Assert.InRange(_lasting.Bound, 7.9f, 8);
    }

    [Fact]
    public void What_was_adopted_is_no_deviation_any_more()
    {
        Play(10_000, level: 0.5f);
        Play(500, level: 5);
        _lasting.Adopted();
        Assert.Equal(0.5f, Play(1, level: 0));
    }

    [Fact]
    public void What_was_saved_goes_on_and_what_cannot_be_is_known()
    {
        Play(3_000, level: 0.5f);
        Play(80, level: 2.5f, isOpen: true);
        var saved = new byte[_lasting.SavedBytes];
        Assert.True(_lasting.Save(saved).IsEmpty);
        var other = new LastingDeviation(Settings, [0, 2]);
        Assert.True(other.Load(saved).IsEmpty);
        for (var i = 0; i < 600; i++)
            Assert.Equal(Judge(_lasting, 2.5f, isOpen: i < 50), Judge(other, 2.5f, isOpen: i < 50));
        Assert.Equal(_lasting.Bound, other.Bound);
        Assert.True(other.IsPossible);

        BitConverter.TryWriteBytes(saved, float.NaN);
        other.Load(saved);
        Assert.False(other.IsPossible);
    }

    [Fact]
    public void One_average_of_before_stands_for_that_of_each_channel()
    {
        Play(3_000, level: 0.5f);
        Play(80, level: 2.5f);
        var saved = new byte[_lasting.SavedBytes];
        _lasting.Save(saved);
        var each = new LastingDeviation(Settings, [0, 1], channels: 2);
        Assert.True(each.Load(saved, ofEach: false).IsEmpty);

        Assert.Equal(saved.Length, each.BytesOf(ofEach: false));
        var now = new byte[each.SavedBytes];
        each.Save(now);
        Assert.Equal(saved, (byte[])[.. now[..4], .. now[8..]]);
        Assert.Equal(saved[..4], now[4..8]);
    }

    /// <summary>How a bundle judges does not depend on the version of the agent.</summary>
    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0.5f)]
    public void Channels_are_judged_one_by_one_only_where_the_bundle_is_for_any_number(bool isForMany, float expected)
    {
        var manifest = OpenChannels.Named(ModelBundle.Load(Repository.File("models/many-channels")).Manifest, ["a", "b", "c", "d"], "");
        if (!isForMany)
        {
            var written = JsonSerializer.Serialize(manifest, BundleManifestJson.Default.BundleManifest);
            manifest = JsonSerializer.Deserialize(written, BundleManifestJson.Default.BundleManifest)!;
        }
        var lasting = CalibrationForms.Lasting(manifest)!;
        float[] z = new float[4 * manifest.Input.Features!.Count];
        var score = 0f;
        for (var r = 0; r < 6_000; r++)
        {
            if (r == 5_000)
                for (var i = 0; i < z.Length; i += 4)
                    z[i] = 3;
            score = lasting.Judge(z, 0.5f, isOpen: false, isCalibrated: true);
        }
        Assert.Equal(expected, score);
    }

    private static float Judge(LastingDeviation lasting, float level, bool isOpen) =>
        lasting.Judge([level, 0, level], 0.5f, isOpen, isCalibrated: true);

    private float Play(int readings, float level, float other = 0, bool isOpen = false, bool isCalibrated = true)
    {
        var score = float.NaN;
        for (var i = 0; i < readings; i++)
            score = _lasting.Judge([level, other, level], 0.5f, isOpen, isCalibrated);
        return score;
    }
}
