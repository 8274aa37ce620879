using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Recordings;

namespace EdgeAgent.Modeling.Commands;

/// <summary>
/// Which columns of recordings a bundle judges: those that it names, or for a model of any channel the one that <c>--channel</c> names.
/// </summary>
/// <param name="Manifest">The bundle's.</param>
/// <param name="Channel">What the user says, or null.</param>
/// <param name="Bundle">How messages name the bundle.</param>
internal sealed record ChannelArgument(BundleManifest Manifest, string? Channel, string Bundle)
{
    private bool TakesAny => Manifest.Channels is [{ Name: ManifestChannel.Any }];

    /// <summary>The recordings of a folder with these columns alone.</summary>
    /// <exception cref="ModelingException">They do not fit, or leave a choice.</exception>
    public IReadOnlyList<Recording> Read(string folder)
    {
        var recordings = RecordingFolder.Read(folder, Columns);
        foreach (var recording in recordings)
            RequireChoice(recording);
        return recordings;
    }

    /// <summary>Null: the recording's only one.</summary>
    /// <exception cref="ModelingException">The model names its channels itself.</exception>
    public IReadOnlyList<string>? Columns
    {
        get
        {
            if (TakesAny) return Channel is null ? null : [Channel];
            return Channel is null ? [.. Manifest.Channels.Select(c => c.Name)]
                : throw new ModelingException(
                    $"{Bundle}: judges {string.Join(", ", Manifest.Channels.Select(c => c.Name))}; "
                    + "--channel is for models of any one channel");
        }
    }

    /// <exception cref="ModelingException">It has several channels, and nobody has said which.</exception>
    public void RequireChoice(Recording recording)
    {
        if (TakesAny && recording.Channels.Length > 1)
            throw new ModelingException(
                $"{recording.Name}: has {string.Join(", ", recording.Channels)}, and {Bundle} judges one channel of any name; "
                + "say which with --channel");
    }
}
