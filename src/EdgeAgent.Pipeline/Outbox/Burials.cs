namespace EdgeAgent.Pipeline.Outbox;

/// <summary>Refused events on their way to the dead letter: they are kept there before they leave the outbox. Belongs to its thread.</summary>
/// <param name="refused">The dead letter; null: there is none.</param>
internal sealed class Burials(RefusedEvents? refused)
{
    /// <summary>How long an event waits that the dead letter could not take.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private readonly Queue<OutboxEntry> _waiting = new();

    public void Add(OutboxEntry entry) => _waiting.Enqueue(entry);

    /// <param name="gone">Told of those that the dead letter has.</param>
    /// <param name="stays">Told of those that it could not take.</param>
    public void Run(Action<OutboxEntry> gone, Action<OutboxEntry> stays)
    {
        while (_waiting.TryDequeue(out var entry))
        {
            // Put back before and refused again: it must not leave the dead letter now.
            entry.WhenSafe = null;
            if (refused is null || refused.TryKeep(entry, entry.RefusedBecause ?? ""))
                gone(entry);
            else
                stays(entry);
        }
    }
}
