using System.Runtime.InteropServices;
using System.Security.Cryptography;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Sessions;
using EdgeAgent.TestData;

namespace EdgeAgent.Inference.Tests.Bundles;

/// <summary>Weights in a second file decide as much as the model: they lie in the bundle, and are what the manifest says.</summary>
public sealed class SecondFileTests : IDisposable
{
    private static readonly byte[] Weights = MemoryMarshal.AsBytes<float>([2f]).ToArray();
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void Weights_that_are_what_the_manifest_says_are_used()
    {
        var folder = Write("weights.bin", Digest(Weights));
        using var model = OnnxModel.Load(ModelBundle.Load(folder));
        using var runner = new ModelRunner(model, 1);
        runner.Input(0)[0] = 3;
        runner.Run(1);

        Assert.Equal(6, runner.Output(0)[0]);
    }

    [Fact]
    public void Digests_may_be_written_in_capitals()
    {
        var folder = Write("weights.bin", Digest(Weights).ToUpperInvariant());
        var manifest = Path.Combine(folder, "manifest.json");
        var model = Digest(File.ReadAllBytes(Path.Combine(folder, "model.onnx")));
        File.WriteAllText(manifest, File.ReadAllText(manifest).Replace(model, model.ToUpperInvariant(), StringComparison.Ordinal));

        Assert.NotEmpty(ModelBundle.Load(folder).Digest);
    }

    [Fact]
    public void Weights_that_were_exchanged_are_refused_by_name()
    {
        var folder = Write("weights.bin", Digest(Weights));
        File.WriteAllBytes(Path.Combine(folder, "weights.bin"), MemoryMarshal.AsBytes<float>([-2f]).ToArray());

        AssertRefused(folder, "weights.bin: its SHA-256 is");
    }

    [Fact]
    public void Other_weights_make_another_bundle()
    {
        var folder = Write("weights.bin", digest: null, sha256: false);
        var before = ModelBundle.Load(folder).Digest;
        File.WriteAllBytes(Path.Combine(folder, "weights.bin"), MemoryMarshal.AsBytes<float>([-2f]).ToArray());

        Assert.NotEqual(before, ModelBundle.Load(folder).Digest);
    }

    [Fact]
    public void Weights_that_are_missing_are_refused_by_name()
    {
        var folder = Write("weights.bin", Digest(Weights));
        File.Delete(Path.Combine(folder, "weights.bin"));

        AssertRefused(folder, "weights.bin: missing; model.onnx keeps weights in it");
    }

    [Fact]
    public void Weights_without_a_digest_are_refused_where_the_model_has_one() =>
        AssertRefused(Write("weights.bin", digest: null), "keeps weights in weights.bin, of which the manifest has no digest");

    [Theory]
    [InlineData("../weights.bin")]
    [InlineData("/etc/hostname")]
    [InlineData("sub/../../weights.bin")]
    [InlineData("")]
    public void Weights_outside_the_bundle_are_refused(string location)
    {
        File.WriteAllBytes(_temp.File("weights.bin"), Weights);

        AssertRefused(Write(location, digest: null, sha256: false), $"model.onnx: names \"{location}\", which lies outside the bundle");
    }

    [Fact]
    public void A_link_that_leads_out_of_the_bundle_is_refused()
    {
        var folder = Write("weights.bin", digest: null, sha256: false);
        File.WriteAllBytes(_temp.File("elsewhere.bin"), Weights);
        File.Delete(Path.Combine(folder, "weights.bin"));
        File.CreateSymbolicLink(Path.Combine(folder, "weights.bin"), _temp.File("elsewhere.bin"));

        AssertRefused(folder, "which lies outside the bundle");
    }

    [Fact]
    public void A_link_whose_target_goes_through_another_link_out_of_the_bundle_is_refused()
    {
        var folder = Write("weights.bin", digest: null, sha256: false);
        Directory.CreateDirectory(_temp.File("elsewhere"));
        File.Move(Path.Combine(folder, "weights.bin"), _temp.File("elsewhere/x"));
        Directory.CreateSymbolicLink(Path.Combine(folder, "d"), _temp.File("elsewhere"));
        File.CreateSymbolicLink(Path.Combine(folder, "weights.bin"), "d/x");

        AssertRefused(folder, "names \"weights.bin\", which lies outside the bundle");
    }

    /// <summary>A group of an unknown field, whose own fields look like a graph's; a tag with bits that nobody looks at.</summary>
    [Theory]
    [InlineData("C33E 3A026869 C43E", false)]
    [InlineData("C33E CB3E 3A026869 CC3E 08011100000000000000001D00000000 C43E", false)]
    [InlineData("", true)]
    public void Weights_behind_what_is_seldom_seen_are_found(string before, bool isTagLong)
    {
        var folder = Write("weights.bin", Digest(Weights));
        var path = Path.Combine(folder, "model.onnx");
        byte[] model = [.. Convert.FromHexString(before.Replace(" ", "", StringComparison.Ordinal)), .. File.ReadAllBytes(path)];
        // The graph's tag, of five bytes instead of one: 0x3A, and a bit above the 32nd.
        if (isTagLong) model = [.. model[..2], 0xBA, 0x80, 0x80, 0x80, 0x10, .. model[3..]];
        Rewrite(folder, model);

        // It is a model like any other.
        using (var loaded = OnnxModel.Load(ModelBundle.Load(folder)))
            Assert.Equal(1, loaded.InputLength);
        File.WriteAllBytes(Path.Combine(folder, "weights.bin"), MemoryMarshal.AsBytes<float>([-2f]).ToArray());
        AssertRefused(folder, "weights.bin: its SHA-256 is");
        Rewrite(folder, model, files: false);
        AssertRefused(folder, "keeps weights in weights.bin, of which the manifest has no digest");
    }

    [Theory]
    [InlineData("0E")]
    [InlineData("C43E")]
    [InlineData("C33E")]
    [InlineData("00")]
    public void A_model_that_cannot_be_looked_through_to_its_end_is_refused(string before)
    {
        var folder = Write("weights.bin", digest: null, sha256: false);
        var path = Path.Combine(folder, "model.onnx");
        File.WriteAllBytes(path, [.. Convert.FromHexString(before), .. File.ReadAllBytes(path)]);

        AssertRefused(folder, "model.onnx: is no ONNX file, or is damaged");
    }

    /// <summary>So mount config maps: a link beside the file, whose target lies in a hidden folder of the same one.</summary>
    [Fact]
    public void A_link_that_stays_in_the_bundle_is_followed()
    {
        var folder = Write("weights.bin", Digest(Weights));
        Directory.CreateDirectory(Path.Combine(folder, "..data-1"));
        File.Move(Path.Combine(folder, "weights.bin"), Path.Combine(folder, "..data-1/weights.bin"));
        Directory.CreateSymbolicLink(Path.Combine(folder, "..data"), "..data-1");
        File.CreateSymbolicLink(Path.Combine(folder, "weights.bin"), "..data/weights.bin");

        Assert.NotEmpty(ModelBundle.Load(folder).Digest);
    }

    [Theory]
    [InlineData("abc")]
    [InlineData("zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz")]
    public void A_digest_that_is_none_is_told(string digest) =>
        AssertRefused(Write("weights.bin", digest), $"files.\"weights.bin\" is \"{digest}\"; expected 64 hexadecimal digits");

    [Fact]
    public async Task A_pipe_is_no_file_of_weights()
    {
        var folder = Write("weights.bin", Digest(Weights));
        File.Delete(Path.Combine(folder, "weights.bin"));
        NamedPipe.Make(Path.Combine(folder, "weights.bin"));

        var refused = await Assert.ThrowsAsync<BundleException>(() => NamedPipe.NeverWaits(() => ModelBundle.Load(folder)));
        Assert.Contains("weights.bin is a named pipe (FIFO); expected a regular file", refused.Message);
    }

    private static string Digest(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    private string Write(string location, string? digest, bool sha256 = true)
    {
        var manifest = TinyBundle.Sum("a") with { Files = digest is null ? null : new() { [location] = digest } };
        var folder = TinyBundle.Write(_temp.File("b"), manifest, HostileOnnx.WithSecondFile(location));
        if (location == "weights.bin") File.WriteAllBytes(Path.Combine(folder, location), Weights);
        var path = Path.Combine(folder, "manifest.json");
        var model = Digest(File.ReadAllBytes(Path.Combine(folder, "model.onnx")));
        if (!sha256) File.WriteAllText(path, File.ReadAllText(path).Replace(model, "", StringComparison.Ordinal));
        return folder;
    }

    private static void Rewrite(string folder, byte[] model, bool files = true)
    {
        var manifest = TinyBundle.Sum("a") with { Files = files ? new() { ["weights.bin"] = Digest(Weights) } : null };
        TinyBundle.Write(folder, manifest, model);
    }

    private static void AssertRefused(string folder, string expected) =>
        Assert.Contains(expected, Assert.Throws<BundleException>(() => ModelBundle.Load(folder)).Message);
}
