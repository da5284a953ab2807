from django.urls import path

from events.views import invitations, jobs, planning, projects, public, registers, vacancies, venues

app_name = "events"

urlpatterns = [
    path("", public.catalogue, name="catalogue"),
    path("events/<slug:slug>/", public.event, name="event"),
    path("events/<slug:slug>/calendar.ics", public.calendar_file, name="calendar"),
    path("i/", invitations.ask, name="invitations"),
    path("i/<str:code>/", invitations.enter, name="invitation"),
    path("desk/venues/new/", registers.add_venue, name="add_venue"),
    path("vacancies/", jobs.index, name="jobs"),
    path("vacancies/feed.rss", jobs.feed, name="jobs_feed"),
    path("vacancies/<int:vacancy_pk>/", jobs.show, name="job"),
    path("embed/vacancies/", jobs.embed, name="jobs_embed"),
    path("desk/vacancies/", vacancies.index, name="vacancies"),
    path("desk/vacancies/new/", vacancies.create, name="create_vacancy"),
    path("desk/vacancies/<int:vacancy_pk>/", vacancies.change, name="vacancy"),
    path("desk/vacancies/<int:vacancy_pk>/<slug:name>/", vacancies.move, name="move_vacancy"),
    path("desk/venues/", venues.index, name="venues"),
    path("desk/venues/<int:venue_pk>/", venues.change, name="venue"),
    path("desk/venues/<int:venue_pk>/delete/", venues.delete, name="delete_venue"),
    path("desk/projects/<int:project_pk>/", projects.show, name="project"),
    path("desk/projects/<int:project_pk>/change/", projects.change, name="change_project"),
    path("desk/projects/<int:project_pk>/delete/", projects.delete, name="delete_project"),
    path("desk/projects/<int:project_pk>/implementers/", projects.implementers, name="implementers"),
    path("desk/projects/<int:project_pk>/targets/new/", projects.add_target, name="add_target"),
    path("desk/projects/<int:project_pk>/rules/new/", projects.add_rule, name="add_rule"),
    path("desk/projects/<int:project_pk>/rules/<int:rule_pk>/end/", projects.end_rule, name="end_rule"),
    path("desk/projects/<int:project_pk>/figures/new/", projects.add_metric, name="add_metric"),
    path("desk/projects/<int:project_pk>/figures/<int:metric_pk>/", projects.metric, name="metric"),
    path("desk/organisations/<int:organisation_pk>/projects/new/", registers.add_project, name="add_project"),
    path("desk/events/new/", planning.create, name="create"),
    path("desk/events/<int:event_pk>/edit/", planning.change, name="change"),
    path("desk/events/<int:event_pk>/publish/", planning.publish, name="publish"),
    path("desk/events/<int:event_pk>/unpublish/", planning.unpublish, name="unpublish"),
]
