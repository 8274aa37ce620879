using EdgeAgent.Inference.Bundles;
using EdgeAgent.TestData;

namespace EdgeAgent.Inference.Tests.Bundles;

/// <summary>What a manifest leaves out is told with what counts instead; what is wrong with it is told at once.</summary>
public sealed class ManifestNotesTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void A_missing_calibration_and_scale_are_told_with_what_they_mean()
    {
        var notes = ManifestNotes.Of(Read("""
            { "name": "m", "version": "1", "channels": [{ "name": "a" }], "window": { "length": 4 } }
            """));
        Assert.Equal(2, notes.Count);
        Assert.StartsWith("calibration is missing: each device learns mean and spread of its channels from its first 400 readings", notes[0]);
        Assert.StartsWith("output.zero and output.one are missing: a raw output of 0 is score 0, a usual window, and 1 is score 1", notes[1]);
    }

    [Theory]
    [InlineData("\"zero\": 0.5", "output.one is missing: a raw output of 0.5 is score 0, a usual window, and 1 is score 1")]
    [InlineData("\"one\": 2.5", "output.zero is missing: a raw output of 0 is score 0, a usual window, and 2.5 is score 1")]
    public void Half_a_scale_is_told_too(string half, string expected) =>
        Assert.StartsWith(expected, Assert.Single(ManifestNotes.Of(Read(
            $$"""{ "name": "m", "version": "1", "channels": [{ "name": "a" }], "calibration": "none", "window": { "length": 4 }, "output": { {{half}} } }"""))));

    [Fact]
    public void A_manifest_that_says_all_of_it_is_not_remarked_on() => Assert.Empty(ManifestNotes.Of(Read("""
        { "name": "m", "version": "1", "channels": [{ "name": "a" }], "calibration": "none", "window": { "length": 4 },
          "output": { "zero": 0, "one": 1 } }
        """)));

    [Theory]
    [InlineData("pump-health")]
    [InlineData("single-channel")]
    [InlineData("vibration")]
    public void The_bundles_that_come_with_the_program_say_all_of_it(string name) =>
        Assert.Empty(ManifestNotes.Of(ModelBundle.Load(Repository.File($"models/{name}")).Manifest));

    [Fact]
    public void Several_mistakes_are_told_at_once()
    {
        var refusal = Assert.Throws<BundleException>(() => Read("""
            { "name": "", "version": "1", "sha256": "abc", "channels": [{ "name": "a", "floor": -1 }, { "name": "a" }],
              "window": { "length": 0 }, "decision": { "onAfter": 0 } }
            """)).Message;
        Assert.Contains("name is empty", refusal);
        Assert.Contains("sha256 is \"abc\"", refusal);
        Assert.Contains("channels[0].floor is -1", refusal);
        Assert.Contains("channels[1].name \"a\" stands twice", refusal);
        Assert.Contains("window.length is 0", refusal);
        Assert.Contains("decision.onAfter is 0", refusal);
    }

    private BundleManifest Read(string json)
    {
        File.WriteAllText(_temp.File("manifest.json"), json);
        return ModelBundle.ReadManifest(_temp.File("manifest.json"));
    }
}
