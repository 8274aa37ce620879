using System.Text;
using EdgeAgent.Files;

namespace EdgeAgent.Inference.Bundles;

/// <summary>
/// The files that make up a bundle, and their digests: the manifest, the model, the weights that the model keeps in other files, the
/// golden windows. Each is what the manifest says, where it says something, and lies inside the bundle.
/// </summary>
internal static class BundleFiles
{
    /// <summary>What all of them hold, in one digest: two with the same do the same. And how many bytes the model has.</summary>
    /// <exception cref="BundleException">One is missing, changed, or outside.</exception>
    public static (string Digest, long Bytes) Check(string folder, BundleManifest manifest)
    {
        var model = Path.Combine(folder, manifest.Model);
        var digests = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            [ModelBundle.ManifestFile] = Digest(Path.Combine(folder, ModelBundle.ManifestFile), FileLimits.Manifest),
            [manifest.Model] = Same(model, manifest.Sha256, "missing; the manifest names it as the model"),
        };
        foreach (var name in SecondFiles(model))
            digests[name] = Second(folder, manifest, model, name);
        foreach (var (name, expected) in manifest.Files ?? [])
            digests[name] = SameInside(
                folder, name, Path.Combine(folder, ModelBundle.ManifestFile), expected, "missing; the manifest names it");
        var golden = Path.Combine(folder, GoldenWindows.FileName);
        if (File.Exists(golden)) digests[GoldenWindows.FileName] = Digest(golden, FileLimits.Golden);
        var all = string.Concat(digests.Select(d => $"{d.Value} {d.Key}\n"));
        var bytes = digests.Keys.Where(name => name is not (ModelBundle.ManifestFile or GoldenWindows.FileName))
            .Sum(name => new FileInfo(Path.Combine(folder, name)).Length);
        return (Convert.ToHexStringLower(Sha256.Hash(Encoding.UTF8.GetBytes(all))), bytes);
    }

    /// <summary>Names of the files in which a model keeps weights, besides itself.</summary>
    private static IReadOnlyCollection<string> SecondFiles(string model)
    {
        using var stream = NamedFile.Open(model, FileLimits.Model);
        // Where we lose our way ONNX Runtime might go on, and find weights of which no digest is known.
        return ExternalData.TryFind(stream, out var names)
            ? names : throw new BundleException($"{model}: is no ONNX file, or is damaged: copy the bundle again");
    }

    /// <summary>Weights decide as much as the graph: where the graph's digest is known, theirs must be.</summary>
    private static string Second(string folder, BundleManifest manifest, string model, string name)
    {
        RequireName(name, model);
        var expected = manifest.Files?.GetValueOrDefault(name) ?? "";
        if (expected.Length == 0 && manifest.Sha256.Length > 0)
            throw new BundleException(
                $"{model}: keeps weights in {name}, of which the manifest has no digest; add \"files\": {{ \"{name}\": \"its SHA-256\" }} "
                + "to the manifest (sha256sum prints it), or leave out sha256, too");
        return SameInside(folder, name, model, expected,
            $"missing; {Path.GetFileName(model)} keeps weights in it: copy the bundle again, with all its files");
    }

    /// <summary>
    /// The digest of a file that the bundle names, which lies in the bundle. Where it lies is asked of the open file, for on the way to
    /// it there may be links, and links in what these lead to.
    /// </summary>
    private static string SameInside(string folder, string name, string namedBy, string expected, string missing)
    {
        RequireName(name, namedBy);
        return Same(Path.Combine(folder, name), expected, missing, file =>
        {
            var root = NamedFile.RealPath(folder)?.TrimEnd('/') + "/";
            if (NamedFile.RealPath(file)?.StartsWith(root, StringComparison.Ordinal) != true) throw Outside(name, namedBy);
        });
    }

    private static void RequireName(string name, string namedBy)
    {
        if (Path.IsPathRooted(name) || name.Contains('\0') || Array.Exists(name.Split('/'), p => p is "" or "." or ".."))
            throw Outside(name, namedBy);
    }

    private static BundleException Outside(string name, string namedBy) =>
        new($"{namedBy}: names \"{name}\", which lies outside the bundle; expected a file in its folder");

    private static string Same(string path, string expected, string missing, Action<Stream>? look = null)
    {
        if (NamedFile.Problem(path) is null && !File.Exists(path)) throw new BundleException($"{path}: {missing}");
        var digest = Digest(path, FileLimits.Model, look);
        return expected.Length == 0 || digest.Equals(expected, StringComparison.OrdinalIgnoreCase) ? digest : throw new BundleException(
            $"{path}: its SHA-256 is {digest}, the manifest says {expected}; "
            + "the file is damaged or was exchanged: copy the bundle again");
    }

    private static string Digest(string path, long byteLimit, Action<Stream>? look = null) => BundleGuard.Run(path, () =>
    {
        using var stream = NamedFile.Open(path, byteLimit);
        look?.Invoke(stream);
        return Convert.ToHexStringLower(Sha256.Hash(stream));
    });
}
