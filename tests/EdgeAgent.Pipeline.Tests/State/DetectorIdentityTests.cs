using EdgeAgent.Inference.Bundles;
using EdgeAgent.Pipeline.Detection.Decisions;

namespace EdgeAgent.Pipeline.Tests.State;

public sealed class DetectorIdentityTests
{
    /// <summary>
    /// An update of the program must not take from devices what they have learned: a new key of the manifest may not show where it is not
    /// used. Whoever changes one of these manifests changes its digests here.
    /// </summary>
    [Theory]
    [InlineData(
        "pump-health", "5a9bdaecfcfd9370b19ee8cc0532c97a64a826293ebf3d3ac6fc56a9c16b14cc",
        "a5a9532205b0c3b1b62e6634877b995592149a88733828d3472c8c19c1940197")]
    [InlineData(
        "vibration", "5b71f1c889acb1e166e810b905a1a4cc333d3812723d85755010954f346295f9",
        "5b564f1deca45e0217c67ac8b43bbcfeb75e8d87c7743d540d09f04a0f00aa94")]
    public void A_manifest_means_the_same_to_every_version(string bundle, string model, string calibration)
    {
        var identity = new DetectorIdentity("d", ModelBundle.Load(Repository.File($"models/{bundle}")).Manifest);
        Assert.Equal((model, calibration), (Convert.ToHexStringLower(identity.Model), Convert.ToHexStringLower(identity.Calibration)));
    }
}
