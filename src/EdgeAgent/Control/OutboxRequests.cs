using System.Text.Json;
using EdgeAgent.Cli;
using EdgeAgent.Pipeline;
using EdgeAgent.Pipeline.Events;
using Microsoft.AspNetCore.Http;

namespace EdgeAgent.Control;

/// <summary>What the agent can be told to do with what it owes; the outbox's own thread does it.</summary>
internal sealed class OutboxRequests(AgentPipeline pipeline, TimeProvider time)
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(8);

    public async Task PurgeAsync(HttpContext context)
    {
        OutboxPurge? wish;
        try
        {
            wish = await JsonSerializer.DeserializeAsync(context.Request.Body, ControlJson.Default.OutboxPurge, context.RequestAborted)
                .ConfigureAwait(false);
        }
        catch (JsonException)
        {
            wish = null;
        }
        if (wish is null || wish.Severity is not (null or "info" or "warning" or "critical") || wish.OlderThanSeconds < 0)
            await ControlRequests.TextAsync(context, StatusCodes.Status400BadRequest,
                "expected {\"severity\": \"info\", \"olderThanSeconds\": N} with N of 0 or more and no other key, the severity if it is "
                    + "to be one only\n").ConfigureAwait(false);
        else
            await AnswerAsync(context, pipeline.PurgeOutboxAsync(wish.Only, wish.Age), OutboxChanges.Purged).ConfigureAwait(false);
    }

    public Task ReplayAsync(HttpContext context) => AnswerAsync(context, pipeline.ReplayOutboxAsync(), OutboxChanges.Replayed);

    private async Task AnswerAsync(HttpContext context, Task<int> work, Func<int, string> words)
    {
        try
        {
            var count = await work.WaitAsync(AnswerLimit, time).ConfigureAwait(false);
            await ControlRequests.TextAsync(context, StatusCodes.Status200OK, words(count) + "\n").ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            await ControlRequests.TextAsync(context, StatusCodes.Status503ServiceUnavailable,
                "the outbox does not answer yet; it does so as soon as it can\n").ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            await ControlRequests.TextAsync(context, StatusCodes.Status503ServiceUnavailable, $"the disk refuses: {e.Message}\n")
                .ConfigureAwait(false);
        }
    }
}
